import { createRandom, deriveSeed } from '../common/random.js';
import type { SimulatedService } from './hosts.js';
import type { SessionSpec } from './session-spec.js';
import { type Codec, CODECS } from './title/codec-ladders.js';
import { titleEffects } from './title/title-effect.js';

/** 2026-01-05T00:00:00Z; sessions start one hour apart. */
const FIRST_START_US = 1_767_571_200_000_000;
const BETWEEN_STARTS_US = 3_600_000_000;
const SITE = 'simulated';
/** Netflix: all titles have the same segment lengths. */
const SEGMENT_SECONDS = { video: 4, audio: 8 };
/** In an adaptive data set, every third viewer has chosen a resolution, and the player holds it. */
const HELD_EVERY = 3;

/** Specification of a data set to simulate. */
export interface DatasetSpec {
  readonly seed: number;
  readonly sessions: number;
  /** Length of each session's capture. */
  readonly durationSeconds: number;
  readonly service: SimulatedService;
  /** `mixed`: drawn for each session. */
  readonly codec: Codec | 'mixed';
  /** Heights in pixels. */
  readonly ladder: readonly number[];
  /**
   * False: every session is pinned to a rung, which is its label. True: two of three players adapt and have a log
   * instead, since no single label applies.
   */
  readonly adaptive: boolean;
  /** `mixed`: alternating. */
  readonly transport: 'tcp' | 'quic' | 'mixed';
  /** True: other traffic of the client shares the path. */
  readonly otherTraffic: boolean;
  /** Share of packets lost between servers and client; half of it on each side of the vantage point. */
  readonly loss: number;
  /** Share of packets that others overtake. */
  readonly reordering: number;
  /** Captured bytes of encrypted packets. */
  readonly snapLength: number;
}

/** One session of a data set, with the values of its row in sessions.csv. */
export interface DatasetSession extends SessionSpec {
  /** File name of its capture. The ground truth is in files next to it, see {@link truthFiles}. */
  readonly capture: string;
  readonly site: string;
  readonly videoId: string;
}

/**
 * The sessions of a data set. Pinned: `sim-0480-03` is the third title at 480; every title occurs once per rung,
 * with the rungs in turn. Adaptive: `sim-adaptive-04`, and `sim-0480-12` if the viewer chose a rung; one title
 * each.
 */
export function simulateDataset(spec: DatasetSpec): DatasetSession[] {
  const { seed, ladder, adaptive } = spec;
  const titleSessions = adaptive ? 1 : ladder.length;
  const effects = titleEffects(seed, Math.ceil(spec.sessions / titleSessions));
  return Array.from({ length: spec.sessions }, (_, index): DatasetSession => {
    const title = Math.floor(index / titleSessions);
    const pinnedPx = adaptive ? heldRung(index, ladder) : ladder[index % ladder.length]!;
    const number = String(title + 1).padStart(2, '0');
    const kind = pinnedPx === null ? 'adaptive' : String(pinnedPx).padStart(4, '0');
    const sessionId = `sim-${kind}-${number}`;
    const videoId = `title-${number}`;
    const codecs = createRandom(deriveSeed(seed, `${sessionId} codec`));
    return {
      sessionId,
      seed,
      service: spec.service,
      title: videoId,
      titleEffect: effects[title]!,
      codec: spec.codec === 'mixed' ? CODECS[codecs.integer(CODECS.length)]! : spec.codec,
      segmentSeconds: SEGMENT_SECONDS,
      ladderPx: ladder,
      pinnedPx,
      durationSeconds: spec.durationSeconds,
      startUs:
        FIRST_START_US + index * BETWEEN_STARTS_US + (deriveSeed(seed, `${sessionId} start`) % 10_000_000),
      transport: spec.transport === 'mixed' ? transportOf(title, index % titleSessions) : spec.transport,
      otherTraffic: spec.otherTraffic,
      lossBefore: spec.loss / 2,
      lossAfter: spec.loss / 2,
      reordering: spec.reordering,
      snapLength: spec.snapLength,
      capture: `${sessionId}.pcap`,
      site: SITE,
      videoId,
    };
  });
}

/** The rung that the viewer of an adaptive data set chose, the rungs in turn; null: the player adapts. */
function heldRung(index: number, ladder: readonly number[]): number | null {
  if (index % HELD_EVERY !== HELD_EVERY - 1) return null;
  return ladder[Math.floor(index / HELD_EVERY) % ladder.length]!;
}

const transportOf = (title: number, rung: number): 'tcp' | 'quic' =>
  (title + rung) % 2 === 0 ? 'tcp' : 'quic';

/** Names of the files next to a session's capture: the player's log, and the list of segments. */
export const truthFiles = (sessionId: string): { player: string; segments: string } => ({
  player: `${sessionId}.player.csv`,
  segments: `${sessionId}.segments.csv`,
});
