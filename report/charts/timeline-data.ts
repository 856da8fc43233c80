import { percentText } from '../../common/percent-text.js';
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

/** A media segment of a session. */
export interface ChartSegment {
  /** When it was complete, in seconds from the start of the session. */
  readonly seconds: number;
  readonly bytes: number;
  /** A guess; null: audio or video, it is not certain which. */
  readonly kind: 'audio' | 'video' | null;
}

/** Room that a segment needs; of more segments, some are left out, so that a page stays small. */
const PIXELS_PER_SEGMENT = 3;

/** Whether a model was applied to the windows, or their resolution is known. */
export function hasQuality(rows: readonly WindowPrediction[]): boolean {
  return rows.some((row) => row.predictedPx !== null || row.truePx !== null || row.unknown !== null);
}

/** The windows with times relative to the earliest start. */
export function toChartWindows(rows: readonly WindowPrediction[]): ChartWindow[] {
  const origin = rows.reduce((earliest, row) => Math.min(earliest, row.startSeconds), Infinity);
  return rows.map((row) => ({ start: row.startSeconds - origin, end: row.endSeconds - origin, row }));
}

/** Cells of rungs over time; windows next to each other with a probability in the same step are one cell. */
export function heatCells(windows: readonly ChartWindow[], steps: number) {
  const open = new Map<number, { start: number; end: number; rung: string; probability: number }>();
  const cells: { start: number; end: number; rung: string; probability: number }[] = [];
  for (const { start, end, row } of windows) {
    for (const { heightPx, probability } of row.probabilities) {
      const middle = (Math.min(steps - 1, Math.floor(probability * steps)) + 0.5) / steps;
      const last = open.get(heightPx);
      if (last?.end === start && last.probability === middle) {
        last.end = end;
        continue;
      }
      const cell = { start, end, rung: rungLabel(heightPx), probability: middle };
      open.set(heightPx, cell);
      cells.push(cell);
    }
  }
  return cells;
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
    if (start === lastEnd && corners.at(-1)?.value === value) corners.push({ start: end, value, run });
    else corners.push({ start, value, run }, { start: end, value, run });
    lastEnd = end;
  }
  return corners;
}

/**
 * Segments as points with their texts; of too many for a width, every n-th.
 *
 * @param origin second of the session at the left edge
 */
export function thinnedSegments(
  segments: readonly ChartSegment[],
  width: number,
  startUs: number | null = null,
  origin = 0,
) {
  const every = Math.max(1, Math.ceil((segments.length * PIXELS_PER_SEGMENT) / width));
  return {
    every,
    points: segments
      .filter((_, at) => at % every === 0)
      .map(({ seconds, bytes, kind }) => ({
        start: Math.round((seconds - origin) * 100) / 100,
        megabytes: Math.round(bytes / 1e3) / 1e3,
        kind: kind ?? 'media',
        hint: `${timeText(seconds, startUs)}: ${kind ?? 'media'} segment of ${(bytes / 1e6).toFixed(2)} MB`,
      })),
  };
}

/** The unit of the throughput of a session: of the bytes on the wire, if not said otherwise. */
export function throughputUnit({ lengths }: { readonly lengths?: 'wire' | 'captured' }): string {
  return lengths === 'captured' ? 'kbit/s captured' : 'kbit/s';
}

/** What is known of a window, in words: `1:10 to 1:20 (13:05:10 UTC): 720p at 83 %, true 720p; 480p 12 %; 3,200 kbit/s`. */
export function windowHint(
  row: WindowPrediction,
  startUs: number | null,
  throughput: { readonly kbps: number; readonly unit: string } | null,
): string {
  const likely = [...row.probabilities]
    .sort((left, right) => right.probability - left.probability)
    .slice(0, 3)
    .map(({ heightPx, probability }) => `${rungLabel(heightPx)} ${percentText(probability)}`);
  return [
    `${clockText(row.startSeconds)} to ${timeText(row.endSeconds, startUs)}: ${predictionText(row)}${row.truePx === null ? '' : `, true ${rungLabel(row.truePx)}`}`,
    ...(likely.length === 0 ? [] : [`probabilities ${likely.join(', ')}`]),
    ...(throughput === null
      ? []
      : [`${Math.round(throughput.kbps).toLocaleString('en')} ${throughput.unit}`]),
  ].join('; ');
}

/** `720p` or `unknown (reason)`. */
export function predictionText({ predictedPx, unknown }: WindowPrediction): string {
  if (predictedPx !== null) return rungLabel(predictedPx);
  return unknown === null ? 'unknown' : `unknown (${unknown.reason})`;
}

/** A time of a session, and the time of day if it is known: `1:10 (13:05:10 UTC)`. */
export function timeText(seconds: number, startUs: number | null): string {
  return startUs === null
    ? clockText(seconds)
    : `${clockText(seconds)} (${new Date(Math.floor(startUs / 1000 + 1000 * seconds)).toISOString().slice(11, 19)} UTC)`;
}

function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
