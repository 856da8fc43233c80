import type { DatasetColumn, FixedPart } from '../../schemas/dataset-table.js';
import { AllowedGlobal } from '../pickle/allowed-globals.js';
import { itemAt } from '../pickle/numpy.js';
import { asText, isUnread, PyArray, PyDict, PyRecord, type PyValue } from '../pickle/values.js';
import type { ArraySlice } from './array-slice.js';
import type { FrameContext } from './frame-context.js';
import { jsonText, numbersText, numericDepth } from './nested-text.js';
import { timeOf } from './python-time.js';
import { cellText, isMissing } from './scalar-text.js';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** Counts of the types of a column's cells. */
interface Census {
  booleans: number;
  numbers: number;
  /** Whole numbers beyond 2^53. */
  wide: number;
  fractions: number;
  times: number;
  lists: number;
  others: number;
  depth: number;
}

/**
 * A column whose cells are objects. If all cells have one type, the column gets that type: booleans, numbers
 * (double; bigint if some are integers beyond 2^53 and none has a fraction), times, lists of numbers, lists of such
 * lists. Otherwise it is text: strings unchanged, other values as pandas writes them to CSV, lists and dicts as
 * JSON.
 */
export function objectColumn(name: string, slice: ArraySlice, context: FrameContext): DatasetColumn {
  const { array, start, stride, length } = slice;
  const cell = (row: number): PyValue => {
    const value = itemAt(array, start + row * stride, null);
    // pandas.NA is pickled as the global itself.
    return value instanceof AllowedGlobal && value.role === 'NA' ? null : value;
  };
  const census = count(length, cell, context);
  const kinds = [census.booleans, census.numbers, census.times, census.lists, census.others].filter(
    (n) => n > 0,
  );
  const only = (n: number): boolean => n > 0 && kinds.length === 1;
  if (only(census.booleans)) {
    const read = (from: number, rows: number): FixedPart => {
      const values = new Uint8Array(rows);
      return {
        values,
        isNull: fill(rows, from, cell, (row, value) => (values[row] = value === true ? 1 : 0)),
      };
    };
    return { name, type: 'boolean', read };
  }
  if (only(census.numbers) && census.wide === 0) {
    const read = (from: number, rows: number): FixedPart => {
      const values = new Float64Array(rows);
      return { values, isNull: fill(rows, from, cell, (row, value) => (values[row] = numberOf(value))) };
    };
    return { name, type: 'double', read };
  }
  if (only(census.numbers) && census.fractions === 0) {
    const read = (from: number, rows: number): FixedPart => {
      const values = new BigInt64Array(rows);
      const isNull = fill(rows, from, cell, (row, value) => {
        values[row] = typeof value === 'bigint' || typeof value === 'number' ? BigInt(value) : 0n;
      });
      return { values, isNull };
    };
    return { name, type: 'bigint', read };
  }
  if (only(census.times)) {
    const read = (from: number, rows: number): FixedPart => {
      const values = new BigInt64Array(rows);
      const isNull = fill(rows, from, cell, (row, value) => (values[row] = timeOf(value, context) ?? 0n));
      return { values, isNull };
    };
    return { name, type: 'timestamp', read };
  }
  const isList = only(census.lists) && census.depth <= 2;
  return {
    name,
    type: isList ? (census.depth === 2 ? 'double[][]' : 'double[]') : 'varchar',
    read: (from, rows) =>
      Array.from({ length: rows }, (_, row) => {
        const value = cell(from + row);
        if (isMissing(value)) return null;
        if (isList) return numbersText(value, context);
        return isContainer(value) ? jsonText(name, value, context) : cellText(name, value, context);
      }),
  };
}

function count(length: number, cell: (row: number) => PyValue, context: FrameContext): Census {
  const census: Census = {
    booleans: 0,
    numbers: 0,
    wide: 0,
    fractions: 0,
    times: 0,
    lists: 0,
    others: 0,
    depth: 0,
  };
  for (let row = 0; row < length; row++) {
    const value = cell(row);
    if (isMissing(value)) continue;
    if (isUnread(value))
      throw context.fail(`it contains ${value.made.toString()}, which has no type here`, 'unsupported');
    if (typeof value === 'string') census.others += 1;
    else if (typeof value === 'boolean') census.booleans += 1;
    else if (typeof value === 'number') {
      census.numbers += 1;
      if (!Number.isSafeInteger(value)) census.fractions += 1;
    } else if (typeof value === 'bigint') {
      census.numbers += 1;
      census.wide += 1;
      if (value < INT64_MIN || value > INT64_MAX) census.fractions += 1;
    } else if (isDecimal(value)) {
      census.numbers += 1;
      census.fractions += 1;
    } else if (isContainer(value)) {
      census.lists += 1;
      // An item takes at least a byte of the file, but lists that are referenced repeatedly do not.
      if (census.depth <= 2) {
        context.text.spend(
          value instanceof PyDict ? 1 : (Array.isArray(value) ? value.length : value.length) + 1,
          null,
        );
        census.depth = Math.max(census.depth, numericDepth(value));
      }
    } else if (timeOf(value, context) !== undefined) census.times += 1;
    else census.others += 1;
  }
  return census;
}

/** Runs `set` for every row that is not missing. @returns the null mask, or null if no row is missing */
function fill(
  rows: number,
  from: number,
  cell: (row: number) => PyValue,
  set: (row: number, value: PyValue) => void,
): Uint8Array | null {
  let isNull: Uint8Array | null = null;
  for (let row = 0; row < rows; row++) {
    const value = cell(from + row);
    if (isMissing(value)) (isNull ??= new Uint8Array(rows))[row] = 1;
    else set(row, value);
  }
  return isNull;
}

function isContainer(value: PyValue): value is PyValue[] | PyArray | PyDict {
  return Array.isArray(value) || value instanceof PyArray || value instanceof PyDict;
}

function isDecimal(value: PyValue): value is PyRecord {
  return value instanceof PyRecord && value.made.role === 'decimal' && Number.isFinite(numberOf(value));
}

function numberOf(value: PyValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof PyRecord ? Number(asText(value.args[0]) ?? NaN) : NaN;
}
