import { BINS, type BinnedFeatures } from '../bin-features.js';

/** Bins of nodes with fewer rows are read by row. */
const SMALL_NODE_ROWS = 500;

/**
 * Sums the packed gradients of a node's rows by bin.
 *
 * @param byRow the same bins as rows x columns
 * @param rows of the node, ascending
 * @param packed of those rows, in their order
 * @param features columns to sum
 * @param sums output, features x BINS, in the order of `features`
 */
export function fillHistogram(
  { byColumn, rows: rowCount, columns }: BinnedFeatures,
  byRow: Uint8Array,
  rows: Int32Array,
  packed: Float64Array,
  features: Int32Array,
  sums: Float64Array,
): void {
  sums.fill(0);
  if (rows.length < SMALL_NODE_ROWS) {
    addByRow(byRow, columns, rows, packed, features, sums);
    return;
  }
  let at = 0;
  for (; at + 4 <= features.length; at += 4) {
    const first = features[at]! * rowCount;
    const second = features[at + 1]! * rowCount;
    const third = features[at + 2]! * rowCount;
    const fourth = features[at + 3]! * rowCount;
    addFourColumns(byColumn, first, second, third, fourth, rows, packed, sums, at * BINS);
  }
  for (; at < features.length; at++) {
    addColumn(byColumn, features[at]! * rowCount, rows, packed, sums, at * BINS);
  }
}

/** Turns the parent's sums into those of the other child. */
export function subtractHistogram(parent: Float64Array, child: Float64Array): void {
  for (let at = 0; at < parent.length; at++) parent[at]! -= child[at]!;
}

/** Four columns in one pass: a row's number and gradient are read once; 2.5 times as fast as column by column. */
function addFourColumns(
  bins: Uint8Array,
  first: number,
  second: number,
  third: number,
  fourth: number,
  rows: Int32Array,
  packed: Float64Array,
  sums: Float64Array,
  from: number,
): void {
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    const added = packed[at]!;
    sums[from + bins[first + row]!]! += added;
    sums[from + BINS + bins[second + row]!]! += added;
    sums[from + 2 * BINS + bins[third + row]!]! += added;
    sums[from + 3 * BINS + bins[fourth + row]!]! += added;
  }
}

function addColumn(
  bins: Uint8Array,
  first: number,
  rows: Int32Array,
  packed: Float64Array,
  sums: Float64Array,
  from: number,
): void {
  for (let at = 0; at < rows.length; at++) sums[from + bins[first + rows[at]!]!]! += packed[at]!;
}

function addByRow(
  byRow: Uint8Array,
  columns: number,
  rows: Int32Array,
  packed: Float64Array,
  features: Int32Array,
  sums: Float64Array,
): void {
  const isAll = features.length === columns;
  for (let at = 0; at < rows.length; at++) {
    const added = packed[at]!;
    const first = rows[at]! * columns;
    for (let index = 0, from = 0; index < features.length; index++, from += BINS) {
      const column = isAll ? index : features[index]!;
      sums[from + byRow[first + column]!]! += added;
    }
  }
}
