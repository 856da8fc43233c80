import { deriveSeed } from '../common/random.js';
import type { SessionSpec } from './session-spec.js';
import { titleFactors } from './title/title-factor.js';

/** 2026-01-05T00:00:00Z; sessions start one hour apart. */
const FIRST_START_US = 1_767_571_200_000_000;
const BETWEEN_STARTS_US = 3_600_000_000;
const SITE = 'simulated';
/** All titles of a service have the same segment lengths. */
const SEGMENT_SECONDS = { video: 4, audio: 8 };

/** Specification of a data set to simulate. */
export interface DatasetSpec {
  readonly seed: number;
  readonly sessions: number;
  /** Length of each session's capture. */
  readonly durationSeconds: number;
  /** Heights in pixels. */
  readonly ladder: readonly number[];
  /**
   * False: every session is pinned to a rung, which is its label. True: the players adapt, so no single label
   * applies.
   */
  readonly adaptive: boolean;
  /** `mixed`: alternating. */
  readonly transport: 'tcp' | 'quic' | 'mixed';
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
 * with the rungs in turn. Adaptive: `sim-adaptive-03`, one title each.
 */
export function simulateDataset(spec: DatasetSpec): DatasetSession[] {
  const { seed, ladder, adaptive } = spec;
  const rungs = adaptive ? 1 : ladder.length;
  const factors = titleFactors(seed, Math.ceil(spec.sessions / rungs));
  return Array.from({ length: spec.sessions }, (_, index): DatasetSession => {
    const title = Math.floor(index / rungs);
    const rung = index % rungs;
    const number = String(title + 1).padStart(2, '0');
    const pinnedPx = adaptive ? null : ladder[rung]!;
    const kind = pinnedPx === null ? 'adaptive' : String(pinnedPx).padStart(4, '0');
    const sessionId = `sim-${kind}-${number}`;
    const videoId = `title-${number}`;
    return {
      sessionId,
      seed,
      title: videoId,
      titleFactor: factors[title]!,
      segmentSeconds: SEGMENT_SECONDS,
      ladderPx: ladder,
      pinnedPx,
      durationSeconds: spec.durationSeconds,
      startUs:
        FIRST_START_US + index * BETWEEN_STARTS_US + (deriveSeed(seed, `${sessionId} start`) % 10_000_000),
      transport: spec.transport === 'mixed' ? ((title + rung) % 2 === 0 ? 'tcp' : 'quic') : spec.transport,
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

/** Names of the files next to a session's capture: the player's log, and the list of segments. */
export const truthFiles = (sessionId: string): { player: string; segments: string } => ({
  player: `${sessionId}.player.csv`,
  segments: `${sessionId}.segments.csv`,
});
