import type { ShownResolution } from '../../schemas/player-log.js';
import { PlayerLogError } from './player-log-error.js';
import type { RowFaults } from './row-faults.js';
import { rowsInOrder } from './rows-in-order.js';

/** One row of a log: the resolution shown from its time on. */
export interface LogSample {
  /** Line of the file, 1-based. */
  readonly row: number;
  /** Null: the row is not understood. */
  readonly timeUs: number | null;
  /** Null: nothing is shown, or it is unknown. */
  readonly resolutionPx: number | null;
}

/**
 * Merges consecutive rows with the same resolution. Each row is valid until the next one. Around a row whose time is
 * not understood, the resolution is unknown from the row before to the row after, because it may have changed.
 * @param lastRowUs how long the last row is valid; null: until the session ends
 * @param faults gets the rows whose time goes back, and those with a resolution that is not on the ladder
 */
export function shownResolutions(
  samples: readonly LogSample[],
  ladder: readonly number[],
  lastRowUs: number | null,
  faults: RowFaults,
): ShownResolution[] {
  const shown: ShownResolution[] = [];
  let open: { startUs: number; resolutionPx: number } | null = null;
  let earlierUs = -Infinity;
  for (const { row, timeUs, resolutionPx } of inOrder(samples, faults)) {
    const known = timeUs === null ? null : faults.attempt(() => onLadder(row, resolutionPx, ladder), null);
    const atUs = timeUs ?? earlierUs;
    earlierUs = atUs;
    if (open?.resolutionPx === (known ?? undefined)) continue;
    if (open !== null && atUs > open.startUs) shown.push({ ...open, endUs: atUs });
    open = known === null ? null : { startUs: atUs, resolutionPx: known };
  }
  const endUs = lastRowUs === null ? null : earlierUs + lastRowUs;
  if (open !== null && (endUs === null || endUs > open.startUs)) shown.push({ ...open, endUs });
  return shown;
}

/** The samples; those that would make the time go back have no time. */
function inOrder(samples: readonly LogSample[], faults: RowFaults): LogSample[] {
  const timed = samples.filter(({ timeUs }) => timeUs !== null);
  const isKept = rowsInOrder(timed.map(({ timeUs }) => timeUs ?? 0));
  const dropped = new Set(timed.filter((_, at) => isKept[at] === false));
  return samples.map((sample) => {
    if (!dropped.has(sample)) return sample;
    faults.add(
      new PlayerLogError(
        sample.row,
        `time ${(sample.timeUs ?? 0) / 1e6} s is out of order: time goes back here`,
      ),
    );
    return { ...sample, timeUs: null };
  });
}

function onLadder(row: number, resolutionPx: number | null, ladder: readonly number[]): number | null {
  if (resolutionPx !== null && !ladder.includes(resolutionPx))
    throw new PlayerLogError(row, `resolution ${resolutionPx} is not on the ladder ${ladder.join(', ')}`);
  return resolutionPx;
}
