import type { WindowPrediction } from '../../schemas/window-prediction.js';
import { rungLabel } from './chart-style.js';

/** A window with its times in seconds since the first window of its session. */
export interface ChartWindow {
  readonly start: number;
  readonly end: number;
  readonly row: WindowPrediction;
}

/** A corner of a step line: `value` is valid from `start` to the next corner of the same run. */
export interface StepCorner<Value> {
  readonly start: number;
  readonly value: Value;
  readonly run: number;
}

/** The windows with times relative to the earliest start. */
export function toChartWindows(rows: readonly WindowPrediction[]): ChartWindow[] {
  const origin = rows.reduce((earliest, row) => Math.min(earliest, row.startSeconds), Infinity);
  return rows.map((row) => ({ start: row.startSeconds - origin, end: row.endSeconds - origin, row }));
}

/** One cell per window and rung: the probability, rounded to four digits. */
export function heatCells(windows: readonly ChartWindow[]) {
  return windows.flatMap(({ start, end, row }) =>
    row.probabilities.map(({ heightPx, probability }) => ({
      start,
      end,
      rung: rungLabel(heightPx),
      probability: roundShare(probability),
    })),
  );
}

/** Corners of the step line of a value; a run ends at a missing value or a gap between windows. */
export function stepCorners<Value>(
  windows: readonly ChartWindow[],
  valueOf: (row: WindowPrediction) => Value | null,
): StepCorner<Value>[] {
  const corners: StepCorner<Value>[] = [];
  let run = 0;
  let lastEnd: number | null = null;
  for (const { start, end, row } of windows) {
    const value = valueOf(row);
    if (value === null) {
      lastEnd = null;
      continue;
    }
    if (start === lastEnd) corners.pop();
    else run++;
    corners.push({ start, value, run }, { start: end, value, run });
    lastEnd = end;
  }
  return corners;
}

/** Rounds a probability to four digits, which is more than a chart can show. */
export function roundShare(share: number): number {
  return Math.round(share * 1e4) / 1e4;
}
