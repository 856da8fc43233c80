import { createRandom } from '../../../common/random.js';
import type { FeatureMatrix } from '../../fitting/feature-matrix.js';

/** Maximum number of value bins of a column; the remaining bin number is for missing values. */
const MAX_VALUE_BINS = 255;

/** The bin of a missing value, in every column. */
export const MISSING_BIN = 255;

/** Bins of a column, including the one for missing values. */
export const BINS = 256;

/** Maximum number of rows, drawn at random, to compute borders from; the limit of LightGBM and scikit-learn. */
const MAX_BORDER_ROWS = 200_000;
const BORDER_SEED = 1;

/**
 * Features reduced to at most 255 levels each. Immutable; every array may be on a SharedArrayBuffer, so that threads
 * can grow trees from one copy.
 */
export interface BinnedFeatures {
  readonly rows: number;
  readonly columns: number;
  /** Bin of each value, columns x rows, column-major. */
  readonly byColumn: Uint8Array;
  /**
   * By column, ascending: bin b contains the values above border b - 1 up to and including border b. A border is
   * halfway between two neighbouring values of the column.
   */
  readonly borders: readonly Float64Array[];
  /** By column: the least value of each bin (one more than borders); empty for a column without values. */
  readonly leastValues: readonly Float64Array[];
}

/**
 * Bins every column by its quantiles; with at most 255 distinct values, each value has its own bin. NaN is missing; an
 * infinite value is beyond all borders.
 */
export function binFeatures(features: FeatureMatrix): BinnedFeatures {
  const { rows, columns, values } = features;
  const byColumn = new Uint8Array(new SharedArrayBuffer(rows * columns));
  const borderRows = rowsForBorders(rows);
  const column = new Float64Array(rows);
  const present = new Float64Array(borderRows?.length ?? rows);
  const borders: Float64Array[] = [];
  const leastValues: Float64Array[] = [];
  for (let index = 0; index < columns; index++) {
    for (let row = 0; row < rows; row++) column[row] = values[row * columns + index]!;
    const ofColumn = columnBorders(sortedFinite(column, borderRows, present));
    binColumn(column, ofColumn.borders, byColumn.subarray(index * rows, (index + 1) * rows));
    borders.push(ofColumn.borders);
    leastValues.push(ofColumn.leastValues);
  }
  return { rows, columns, byColumn, borders, leastValues };
}

/** The given rows of a binned matrix, in the given order, with the same borders. */
export function takeBinnedRows(
  { rows, columns, byColumn, borders, leastValues }: BinnedFeatures,
  taken: Int32Array,
): BinnedFeatures {
  const bins = new Uint8Array(new SharedArrayBuffer(taken.length * columns));
  for (let column = 0; column < columns; column++) {
    const from = column * rows;
    const to = column * taken.length;
    for (let at = 0; at < taken.length; at++) bins[to + at] = byColumn[from + taken[at]!]!;
  }
  return { rows: taken.length, columns, byColumn: bins, borders, leastValues };
}

/** The bins as rows x columns, row-major, so that the features of a row are near each other in memory. */
export function binsByRow({ rows, columns, byColumn }: BinnedFeatures): Uint8Array {
  const byRow = new Uint8Array(new SharedArrayBuffer(rows * columns));
  const block = 64;
  for (let from = 0; from < rows; from += block) {
    const to = Math.min(rows, from + block);
    for (let column = 0; column < columns; column++) {
      for (let row = from; row < to; row++) byRow[row * columns + column] = byColumn[column * rows + row]!;
    }
  }
  return byRow;
}

/** Borders between ascending values: a bin is closed once it has its share of the remaining values. */
function columnBorders(sorted: Float64Array): { borders: Float64Array; leastValues: Float64Array } {
  const borders: number[] = [];
  const leastValues = [...sorted.subarray(0, 1)];
  let runs = 0;
  for (let at = 0; at < sorted.length; at++) if (at === 0 || sorted[at] !== sorted[at - 1]) runs++;
  let inBin = 0;
  let remaining = sorted.length;
  let from = 0;
  for (let at = 1; at < sorted.length; at++) {
    const value = sorted[at - 1]!;
    const next = sorted[at]!;
    if (value === next) continue;
    inBin += at - from;
    from = at;
    const share = remaining / (MAX_VALUE_BINS - borders.length);
    if (runs > MAX_VALUE_BINS && inBin < share) continue;
    borders.push(between(value, next));
    leastValues.push(next);
    remaining -= inBin;
    inBin = 0;
    if (borders.length === MAX_VALUE_BINS - 1) break;
  }
  return { borders: Float64Array.from(borders), leastValues: Float64Array.from(leastValues) };
}

/** The middle of two neighbouring values, or the lower one if no number is between them. */
function between(lower: number, upper: number): number {
  const middle = lower / 2 + upper / 2;
  return middle > lower && middle < upper ? middle : lower;
}

function binColumn(column: Float64Array, borders: Float64Array, bins: Uint8Array): void {
  const last = borders.length;
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!;
    if (Number.isNaN(value)) {
      bins[row] = MISSING_BIN;
      continue;
    }
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= borders[middle]!) high = middle;
      else low = middle + 1;
    }
    bins[row] = low;
  }
}

function sortedFinite(
  column: Float64Array,
  rows: Int32Array | undefined,
  present: Float64Array,
): Float64Array {
  let count = 0;
  const length = rows?.length ?? column.length;
  for (let index = 0; index < length; index++) {
    const value = column[rows === undefined ? index : rows[index]!]!;
    if (Number.isFinite(value)) present[count++] = value;
  }
  return present.subarray(0, count).sort();
}

function rowsForBorders(rows: number): Int32Array | undefined {
  if (rows <= MAX_BORDER_ROWS) return undefined;
  const random = createRandom(BORDER_SEED);
  return Int32Array.from({ length: MAX_BORDER_ROWS }, () => random.integer(rows));
}
