import { BINS, type BinnedFeatures } from '../bin-features.js';

/**
 * Sums the packed gradients of a node's rows by bin.
 *
 * @param rows of the node, ascending; undefined for all rows
 * @param packed of those rows, in their order
 * @param features columns to look at; the others stay as they are
 * @param sums filled, columns x BINS
 */
export function fillHistogram(
  { byColumn, rows: rowCount }: BinnedFeatures,
  rows: Int32Array | undefined,
  packed: Float64Array,
  features: Int32Array,
  sums: Float64Array,
): void {
  for (const feature of features) {
    const bins = byColumn.subarray(feature * rowCount, (feature + 1) * rowCount);
    const ofFeature = sums.subarray(feature * BINS, (feature + 1) * BINS);
    ofFeature.fill(0);
    if (rows === undefined) addAll(bins, packed, ofFeature);
    else addRows(bins, rows, packed, ofFeature);
  }
}

/** Leaves in the parent's sums those of the child that was not counted. */
export function subtractHistogram(parent: Float64Array, child: Float64Array, features: Int32Array): void {
  for (const feature of features) {
    const end = (feature + 1) * BINS;
    for (let at = feature * BINS; at < end; at++) parent[at]! -= child[at]!;
  }
}

function addAll(bins: Uint8Array, packed: Float64Array, sums: Float64Array): void {
  for (let row = 0; row < bins.length; row++) sums[bins[row]!]! += packed[row]!;
}

function addRows(bins: Uint8Array, rows: Int32Array, packed: Float64Array, sums: Float64Array): void {
  for (let at = 0; at < rows.length; at++) sums[bins[rows[at]!]!]! += packed[at]!;
}
