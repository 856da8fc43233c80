import { isTextColumn, type DatasetColumn } from '../../schemas/dataset-table.js';
import { AllowedGlobal } from '../pickle/allowed-globals.js';
import { itemAt } from '../pickle/numpy.js';
import { isWhole, PyArray, PyDict, PyRecord, type PyValue } from '../pickle/values.js';
import { arrayColumn } from './array-column.js';
import type { FrameContext } from './frame-context.js';
import { scalarText } from './scalar-text.js';
import type { SizedColumn } from './sized-column.js';
import { takeColumn } from './take-column.js';

/** An index: its length, its names (null for a level without a name), and a column for each level. */
export interface FrameIndex {
  readonly rows: number;
  readonly names: readonly (string | null)[];
  /** Start of a range with step 1; NaN for any other index. */
  readonly rangeStart: number;
  readonly level: (at: number, name: string) => DatasetColumn;
}

/** Reads an index of rows or columns. @throws PickleError if its type is unknown */
export function readIndex(value: PyValue, context: FrameContext): FrameIndex {
  const { made, state } = indexState(value, context);
  if (made === 'range-index') return rangeIndex(state, context);
  if (made === 'multi-index') return multiIndex(state, context);
  const data = state.get('data');
  const name = nameOf(state.get('name'), context);
  if (data === undefined) throw context.fail('an index has no data');
  const sized = arrayColumn(name ?? 'index', data, 0, context);
  return {
    rows: sized.rows,
    names: [name],
    rangeStart: NaN,
    level: (_, named) => ({ ...sized.column, name: named }),
  };
}

/** An index of one level as a column; also an array or a list of values in place of an index. */
export function indexColumn(name: string, value: PyValue, context: FrameContext): SizedColumn {
  return context.nested(() => {
    if (value instanceof PyArray && value.made?.role !== 'index') return arrayColumn(name, value, 0, context);
    const index = readIndex(value, context);
    return { column: index.level(0, name), rows: index.rows };
  });
}

/** The names of all columns; levels are joined with dots. */
export function labelsOf(index: FrameIndex, context: FrameContext): string[] {
  if (index.rows > context.contentBytes)
    throw context.fail(
      `the DataFrame claims ${index.rows} columns, too many for the size of the file`,
      'too-big',
    );
  const levels = index.names.map((_, at) => texts(index.level(at, 'label'), index.rows));
  return Array.from({ length: index.rows }, (_, at) => levels.map((level) => level[at] ?? 'None').join('.'));
}

function texts(column: DatasetColumn, rows: number): (string | null)[] {
  if (isTextColumn(column)) return column.read(0, rows);
  const { values, isNull } = column.read(0, rows);
  return Array.from({ length: rows }, (_, row) => {
    if (isNull?.[row] === 1) return null;
    return column.type === 'boolean' ? (values[row] === 0 ? 'False' : 'True') : String(values[row]);
  });
}

function nameOf(value: PyValue | undefined, context: FrameContext): string | null {
  if (Array.isArray(value)) return value.map((part) => scalarText(part, context) ?? '').join('.');
  return value === undefined ? null : scalarText(value, context);
}

/** Type and state of an index, in each of the forms that pandas has used. */
function indexState(value: PyValue, context: FrameContext): { made: string; state: PyDict } {
  if (value instanceof PyArray && value.made !== null)
    return { made: value.made.role, state: stateBefore014(value) };
  if (value instanceof PyRecord && value.made.role === 'new-index') {
    const [made, state] = value.args;
    if (made instanceof AllowedGlobal && state instanceof PyDict) return { made: made.role, state };
  }
  const made = value instanceof PyRecord ? ` (${value.made.toString()})` : '';
  throw context.fail(`the type of an index is unknown${made}`, 'unsupported');
}

/** Before pandas 0.14 an index was itself an array, with its name or levels in the state of the subclass. */
function stateBefore014(array: PyArray): PyDict {
  const state = new PyDict();
  const own = Array.isArray(array.own) ? array.own : [];
  if (array.made?.role === 'multi-index') {
    for (const [at, key] of ['levels', 'labels', 'sortorder', 'names'].entries())
      state.set(key, own[at] ?? null);
    return state;
  }
  const plain = new PyArray(null);
  plain.shape = array.shape;
  plain.dtype = array.dtype;
  plain.isFortran = array.isFortran;
  plain.bytes = array.bytes;
  plain.items = array.items;
  state.set('data', plain);
  state.set('name', own[0] ?? null);
  return state;
}

function rangeIndex(state: PyDict, context: FrameContext): FrameIndex {
  const [start, stop, step] = [state.get('start') ?? 0, state.get('stop') ?? 0, state.get('step') ?? 1];
  if (!isWhole(start) || !isWhole(stop) || !isWhole(step) || step === 0)
    throw context.fail('a RangeIndex has no start, stop or step');
  const rows = Math.max(0, Math.ceil((stop - start) / step));
  return {
    rows,
    names: [nameOf(state.get('name'), context)],
    rangeStart: step === 1 ? start : NaN,
    level: (_, name) => ({
      name,
      type: 'bigint',
      read: (from, count) => ({
        values: BigInt64Array.from({ length: count }, (__, row) => BigInt(start + (from + row) * step)),
        isNull: null,
      }),
    }),
  };
}

function multiIndex(state: PyDict, context: FrameContext): FrameIndex {
  const levels = listOf(state.get('levels'));
  const codes = listOf(state.get('codes') ?? state.get('labels'));
  const names = listOf(state.get('names') ?? null);
  if (levels.length === 0 || levels.length !== codes.length || levels.length > 64)
    throw context.fail('the levels and codes of an index do not match');
  const arrays = codes.map((code) => {
    if (!(code instanceof PyArray) || code.dtype?.kind !== 'i' || code.shape.length !== 1)
      throw context.fail('the codes of an index are not integers');
    return code;
  });
  const rows = arrays[0]?.length ?? 0;
  if (arrays.some((array) => array.length !== rows))
    throw context.fail('the levels of an index differ in length');
  return {
    rows,
    names: levels.map((_, at) => nameOf(names[at], context)),
    rangeStart: NaN,
    level: (at, name) => {
      const code = arrays[at];
      const level = levels[at];
      if (code === undefined || level === undefined) throw context.fail(`an index has no level ${at}`);
      const { column, rows: entries } = indexColumn(name, level, context);
      return takeColumn(column, entries, (row) => Number(itemAt(code, row, null)), rows, context);
    },
  };
}

function listOf(value: PyValue | undefined): readonly PyValue[] {
  if (Array.isArray(value)) return value;
  // A FrozenList is pickled as a record of its class, or as a plain list.
  if (value instanceof PyRecord && Array.isArray(value.args[0])) return value.args[0];
  return [];
}
