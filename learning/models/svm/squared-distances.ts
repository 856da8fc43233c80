import { dotProducts, type PaddedRows } from './dot-products.js';

/** Padded rows with their squared lengths, on shared memory. */
export interface KernelRows extends PaddedRows {
  readonly rows: number;
  readonly norms: Float64Array;
}

/** Rows of the right side per multiplication: together with a block of the left side they fit the cache. */
const TILE_ROWS = 128;

/** Pads rows (rows x columns, row-major) and computes their squared lengths. */
export function kernelRows(values: Float64Array, columns: number): KernelRows {
  const rows = values.length / columns;
  const stride = Math.ceil(columns / 2) * 2;
  const padded = new Float64Array(new SharedArrayBuffer(rows * stride * 8));
  const norms = new Float64Array(new SharedArrayBuffer(rows * 8));
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      padded[row * stride + column] = value;
      sum += value * value;
    }
    norms[row] = sum;
  }
  return { rows, stride, values: padded, norms };
}

/**
 * Squared Euclidean distances between rows `from` to `to` - 1 of one set and rows `first` to the last of another,
 * |a|² + |b|² - 2ab.
 *
 * @param distances output at [(row - from) x stride + other]
 */
export function fillDistances(
  left: KernelRows,
  from: number,
  to: number,
  right: KernelRows,
  first: number,
  distances: Float32Array | Float64Array,
  stride: number,
): void {
  for (let start = first; start < right.rows; start += TILE_ROWS) {
    const end = Math.min(right.rows, start + TILE_ROWS);
    const { products, stride: productStride } = dotProducts(left, from, to, right, start, end);
    for (let row = from; row < to; row++) {
      const norm = left.norms[row]!;
      const productAt = (row - from) * productStride - start;
      const distanceAt = (row - from) * stride;
      for (let other = start; other < end; other++) {
        const distance = norm + right.norms[other]! - 2 * products[productAt + other]!;
        distances[distanceAt + other] = distance > 0 ? distance : 0;
      }
    }
  }
}
