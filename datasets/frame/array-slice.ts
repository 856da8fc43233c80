import type { PyArray } from '../pickle/values.js';

/** One column of an array: elements `start`, `start + stride`, … of its data, `length` of them. */
export interface ArraySlice {
  readonly array: PyArray;
  readonly start: number;
  readonly stride: number;
  readonly length: number;
}

/** Row `row` of a block (columns x rows), or a whole one-dimensional array; null if there is no such row. */
export function sliceOf(array: PyArray, row: number): ArraySlice | null {
  const [first = 0, second] = array.shape;
  if (array.shape.length === 1 && row === 0) return { array, start: 0, stride: 1, length: first };
  if (array.shape.length !== 2 || second === undefined || row < 0 || row >= first) return null;
  // Objects are stored in C order, whatever the order of the array.
  const isFortran = array.isFortran && array.dtype?.kind !== 'O';
  return isFortran
    ? { array, start: row, stride: first, length: second }
    : { array, start: row * second, stride: 1, length: second };
}
