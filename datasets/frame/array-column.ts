import { AllowedGlobal } from '../pickle/allowed-globals.js';
import { itemAt } from '../pickle/numpy.js';
import { isWhole, PyArray, PyDict, PyRecord, type PyValue } from '../pickle/values.js';
import { sliceOf } from './array-slice.js';
import { arrowColumn } from './arrow-column.js';
import { fixedColumn, zeroOrOne } from './fixed-column.js';
import type { FrameContext } from './frame-context.js';
import { objectColumn } from './object-column.js';
import type { SizedColumn } from './sized-column.js';
import { takeColumn } from './take-column.js';

/**
 * Column `row` of a block's values: a numpy array, or an extension array of pandas, which is always one column.
 * @throws PickleError if the type of the values is unknown
 */
export function arrayColumn(name: string, values: PyValue, row: number, context: FrameContext): SizedColumn {
  return context.nested(() => {
    if (values instanceof PyArray) return numpyColumn(name, values, row, context);
    if (!(values instanceof PyRecord)) throw context.fail(`the values of column ${name} are not an array`);
    const parts = partsOf(values);
    switch (parts.role) {
      case 'categorical':
        return categorical(name, parts, row, context);
      case 'datetime-array':
      case 'string-array': {
        const backing = parts.array ?? parts.get('_ndarray') ?? parts.get('_data');
        return arrayColumn(name, backing ?? null, row, context);
      }
      case 'masked-array':
        return masked(name, parts, row, context);
      case 'arrow-array': {
        const { column, rows } = arrowColumn(
          name,
          parts.get('_pa_array') ?? parts.get('_data') ?? null,
          context,
        );
        return { column, rows };
      }
      case 'new-index':
      case 'range-index':
        return context.indexColumn(name, values, context);
      default:
        throw context.fail(`it is stored as ${parts.made.toString()}, which is not supported`, 'unsupported');
    }
  });
}

function numpyColumn(name: string, array: PyArray, row: number, context: FrameContext): SizedColumn {
  const slice = sliceOf(array, row);
  if (slice === null)
    throw context.fail(`column ${name}: an array of shape ${array.shape.join(' x ')} has no column ${row}`);
  const column = fixedColumn(name, slice, context) ?? objectColumn(name, slice, context);
  return { column, rows: slice.length };
}

/** Contents of an extension array: its attributes by name, and the numpy array of those that have one. */
interface Parts {
  readonly made: AllowedGlobal;
  readonly role: string;
  readonly array: PyArray | null;
  readonly dtype: PyValue | undefined;
  readonly get: (key: string) => PyValue | undefined;
}

function partsOf(record: PyRecord): Parts {
  const isBacked = record.made.role === 'ndarray-backed';
  const [made, , given] = record.args;
  const own = isBacked && made instanceof AllowedGlobal ? made : record.made;
  const state = record.state ?? (isBacked ? given : undefined);
  const items = Array.isArray(state) ? state : [state];
  const attributes = items.filter((item) => item instanceof PyDict);
  const get = (key: string): PyValue | undefined => {
    for (const dict of attributes) {
      const value = dict.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  return {
    made: own,
    role: own.role,
    get,
    array: items.find((item) => item instanceof PyArray) ?? null,
    dtype: items.find((item) => item instanceof PyRecord) ?? get('_dtype'),
  };
}

function categorical(name: string, parts: Parts, row: number, context: FrameContext): SizedColumn {
  const codes = parts.array ?? parts.get('_codes') ?? parts.get('codes');
  const dtypeState = parts.dtype instanceof PyRecord ? parts.dtype.state : undefined;
  const categories =
    (dtypeState instanceof PyDict ? dtypeState.get('categories') : undefined) ??
    parts.get('_categories') ??
    parts.get('categories') ??
    parts.get('_levels');
  if (!(codes instanceof PyArray) || codes.dtype?.kind !== 'i' || categories === undefined)
    throw context.fail(`column ${name} is a categorical without codes or categories`);
  const slice = sliceOf(codes, row);
  if (slice === null) throw context.fail(`column ${name}: the codes of a categorical are not one column`);
  const { column, rows } = context.indexColumn(name, categories, context);
  const code = (at: number): number => Number(itemAt(codes, slice.start + at * slice.stride, null));
  return { column: takeColumn(column, rows, code, slice.length, context), rows: slice.length };
}

function masked(name: string, parts: Parts, row: number, context: FrameContext): SizedColumn {
  const data = parts.get('_data');
  const mask = parts.get('_mask');
  if (
    !(data instanceof PyArray) ||
    !(mask instanceof PyArray) ||
    mask.dtype?.kind !== 'b' ||
    mask.bytes === null
  )
    throw context.fail(`column ${name} is a masked array without data or mask`);
  const slice = sliceOf(data, row);
  const column = slice === null ? null : fixedColumn(name, slice, context);
  if (slice === null || column === null || mask.shape.length !== 1 || mask.length !== slice.length)
    throw context.fail(`column ${name}: data and mask of a masked array differ in length`);
  const flags = zeroOrOne(mask.bytes);
  const read: typeof column.read = (start, count) => {
    const { values, isNull } = column.read(start, count);
    const combined = Uint8Array.from(flags.subarray(start, start + count));
    isNull?.forEach((flag, at) => (combined[at]! |= flag));
    return { values, isNull: combined };
  };
  return { column: { ...column, read }, rows: slice.length };
}

/** The numbers of a one-dimensional array, or null if it contains anything else. */
export function wholeNumbers(value: PyValue | undefined): number[] | null {
  if (
    !(value instanceof PyArray) ||
    value.shape.length !== 1 ||
    (value.dtype?.kind !== 'i' && value.dtype?.kind !== 'u')
  )
    return null;
  const numbers = Array.from({ length: value.length }, (_, at) => itemAt(value, at, null));
  return numbers.every(isWhole) ? numbers : null;
}
