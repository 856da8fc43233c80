import { itemAt } from '../pickle/numpy.js';
import { PyArray, PyDict, PyText, textOf, type PyValue } from '../pickle/values.js';
import type { FrameContext } from './frame-context.js';
import { cellText, scalarText } from './scalar-text.js';

/** Maximum nesting of lists in a cell. */
const DEEPEST_CELL = 32;

/** The items of a cell with a list or array, or null if the value is neither. */
function itemsOf(value: PyValue): readonly PyValue[] | null {
  if (Array.isArray(value)) return value;
  if (!(value instanceof PyArray)) return null;
  const { shape } = value;
  if (shape.length !== 1) return rowsOf(value);
  return Array.from({ length: value.length }, (_, at) => itemAt(value, at, null));
}

/** A multi-dimensional array as a list of arrays with one dimension less. */
function rowsOf(array: PyArray): PyValue[] {
  const [rows = 0, ...inner] = array.shape;
  if (array.shape.length === 0) return [itemAt(array, 0, null)];
  const size = inner.reduce((product, length) => product * length, 1);
  // An array without elements may state any number of rows.
  if (size === 0) return [];
  return Array.from({ length: rows }, (_, row) => {
    const part = new PyArray(null);
    part.shape = inner;
    part.dtype = array.dtype;
    const at = Array.from({ length: size }, (__, element) =>
      itemAt(array, position(array, row, element, inner), null),
    );
    part.items = at;
    return part;
  });
}

/** Position in the data of element `element` (C order) of row `row`. */
function position(array: PyArray, row: number, element: number, inner: readonly number[]): number {
  const size = inner.reduce((product, length) => product * length, 1);
  if (!array.isFortran || array.items !== null) return row * size + element;
  let at = row;
  let stride = array.shape[0] ?? 1;
  let rest = element;
  const strides = inner.map((length) => {
    const own = stride;
    stride *= length;
    return own;
  });
  for (let axis = inner.length - 1; axis >= 0; axis--) {
    const length = inner[axis] ?? 1;
    at += (rest % length) * (strides[axis] ?? 0);
    rest = Math.floor(rest / length);
  }
  return at;
}

/** Nesting depth of lists that contain only numbers: 1 or 2; 0 for an empty list; Infinity for anything else. */
export function numericDepth(value: PyValue): number {
  if (
    value instanceof PyArray &&
    (value.dtype?.kind === 'f' || value.dtype?.kind === 'i' || value.dtype?.kind === 'u')
  )
    return value.length === 0 ? 0 : value.shape.length > 2 ? Infinity : value.shape.length;
  const items = itemsOf(value);
  if (items === null) return Infinity;
  let depth = 0;
  for (const item of items) {
    if (typeof item === 'number' || typeof item === 'bigint' || item === null) {
      if (depth === 2) return Infinity;
      depth = 1;
      continue;
    }
    const inner = itemsOf(item);
    if (
      depth === 1 ||
      !(
        inner?.every((each) => typeof each === 'number' || typeof each === 'bigint' || each === null) ?? false
      )
    )
      return Infinity;
    depth = 2;
  }
  return depth;
}

/** Lists of numbers in the syntax of DuckDB: `[1.5, NULL]`. */
export function numbersText(value: PyValue, context: FrameContext): string {
  const items = itemsOf(value) ?? [];
  const parts = items.map((item) => {
    if (item === null || (typeof item === 'number' && Number.isNaN(item))) return 'NULL';
    if (typeof item === 'number' || typeof item === 'bigint') return numberText(item);
    return numbersText(item, context);
  });
  const text = `[${parts.join(', ')}]`;
  context.text.spend(text.length, null);
  return text;
}

function numberText(value: number | bigint): string {
  if (value === Infinity) return 'inf';
  return value === -Infinity ? '-inf' : String(value);
}

/** Any other cell of lists and dicts as JSON. Values that JSON does not have are written as text. */
export function jsonText(column: string, value: PyValue, context: FrameContext): string {
  return json(column, value, context, 0);
}

function json(column: string, value: PyValue, context: FrameContext, depth: number): string {
  if (depth > DEEPEST_CELL) throw context.fail('the lists of a cell are nested too deeply', 'too-big');
  context.text.spend(8, null);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string' || value instanceof PyText) {
    const text = typeof value === 'string' ? value : textOf(value);
    context.text.spend(text.length, null);
    return JSON.stringify(text);
  }
  if (value instanceof PyDict) {
    const parts: string[] = [];
    for (const [key, item] of value)
      parts.push(
        `${JSON.stringify(scalarText(key, context) ?? 'null')}:${json(column, item, context, depth + 1)}`,
      );
    return `{${parts.join(',')}}`;
  }
  const items = itemsOf(value);
  if (items === null) {
    const text = cellText(column, value, context);
    return text === null ? 'null' : JSON.stringify(text);
  }
  const parts: string[] = [];
  for (const item of items) parts.push(json(column, item, context, depth + 1));
  return `[${parts.join(',')}]`;
}
