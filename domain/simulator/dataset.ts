import { deriveSeed } from '../models/random.js';
import type { SessionSpec } from './session-spec.js';
import { titleFactors } from './title-factor.js';

/** 2026-01-05T00:00:00Z; sessions follow one another by an hour. */
const FIRST_START_US = 1_767_571_200_000_000;
const BETWEEN_STARTS_US = 3_600_000_000;
const SITE = 'simulated';

/** How large a dataset to simulate. */
export interface DatasetSpec {
  readonly seed: number;
  readonly sessionsPerRung: number;
  /** Length of each session's capture. */
  readonly durationSeconds: number;
  /** Heights in pixels. */
  readonly ladder: readonly number[];
}

/** One session of a dataset, with what its row in sessions.csv says. */
export interface DatasetSession extends SessionSpec {
  /** File name of its capture. */
  readonly capture: string;
  readonly site: string;
  /** Sessions of one title share its bitrate factor, whatever their rung. */
  readonly videoId: string;
}

/**
 * The sessions of a labelled dataset, by rung, with ids like `sim-0480-03` (from 01). Each title occurs once per
 * rung; half of the sessions of a title go over QUIC.
 */
export function simulateDataset({
  seed,
  sessionsPerRung,
  durationSeconds,
  ladder,
}: DatasetSpec): DatasetSession[] {
  const factors = titleFactors(seed, sessionsPerRung);
  return ladder.flatMap((heightPx, rung) =>
    Array.from({ length: sessionsPerRung }, (_, index): DatasetSession => {
      const number = String(index + 1).padStart(2, '0');
      const sessionId = `sim-${String(heightPx).padStart(4, '0')}-${number}`;
      const videoId = `title-${number}`;
      const offsetUs = deriveSeed(seed, `${sessionId} start`) % 10_000_000;
      return {
        sessionId,
        seed,
        heightPx,
        durationSeconds,
        startUs: FIRST_START_US + (rung * sessionsPerRung + index) * BETWEEN_STARTS_US + offsetUs,
        transport: (rung + index) % 2 === 0 ? 'tcp' : 'quic',
        service: 'netflix',
        titleFactor: factors[index]!,
        capture: `${sessionId}.pcap`,
        site: SITE,
        videoId,
      };
    }),
  );
}

/** The text of sessions.csv: `session_id,capture,site,video_id,resolution`, one line per session. */
export function sessionsCsv(sessions: readonly DatasetSession[]): string {
  const rows = sessions.map((session) =>
    [session.sessionId, session.capture, session.site, session.videoId, session.heightPx].join(','),
  );
  return ['session_id,capture,site,video_id,resolution', ...rows, ''].join('\n');
}
