import type { ShownResolution } from '../../schemas/player-log.js';
import { PlayerLogError } from './player-log-error.js';

/** One row of a log: the resolution shown from its time on. */
export interface LogSample {
  /** Line of the file, 1-based. */
  readonly row: number;
  readonly timeUs: number;
  /** Null: nothing is shown, or it is unknown. */
  readonly resolutionPx: number | null;
}

/**
 * Merges consecutive rows with the same resolution. Each row is valid until the next one.
 * @param lastEndUs end of the last row; null: it is valid until the session ends
 * @throws PlayerLogError if the time goes back, or a resolution is not on the ladder
 */
export function shownResolutions(
  samples: readonly LogSample[],
  ladder: readonly number[],
  lastEndUs: number | null,
): ShownResolution[] {
  const shown: ShownResolution[] = [];
  let open: { startUs: number; resolutionPx: number } | null = null;
  let earlierUs = -Infinity;
  for (const { row, timeUs, resolutionPx } of samples) {
    if (timeUs < earlierUs) {
      throw new PlayerLogError(row, `the time goes back by ${(earlierUs - timeUs) / 1e6} s`);
    }
    if (resolutionPx !== null && !ladder.includes(resolutionPx)) {
      throw new PlayerLogError(row, `resolution ${resolutionPx} is not on the ladder ${ladder.join(', ')}`);
    }
    earlierUs = timeUs;
    if (open?.resolutionPx === (resolutionPx ?? undefined)) continue;
    if (open !== null && timeUs > open.startUs) shown.push({ ...open, endUs: timeUs });
    open = resolutionPx === null ? null : { startUs: timeUs, resolutionPx };
  }
  if (open !== null && (lastEndUs === null || lastEndUs > open.startUs))
    shown.push({ ...open, endUs: lastEndUs });
  return shown;
}
