import { compact, latin1Bytes } from './literals.js';
import { PickleError, type PickleErrorKind } from './pickle-error.js';
import { asText, isWhole, PyArray, PyDtype, type DtypeKind, type PyValue } from './values.js';

const TIME_UNITS = new Set(['s', 'ms', 'us', 'ns']);
/** Known widths of each kind, in bytes; strings may have any. */
const WIDTHS: Readonly<Record<DtypeKind, readonly number[] | null>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8],
  O: [0, 4, 8],
  M: [8],
  m: [8],
  S: null,
  U: null,
};
const LONGEST_STRING_ITEM_BYTES = 1 << 20;

type Fail = (reason: string, kind?: PickleErrorKind) => PickleError;
const failAt =
  (byteOffset: number): Fail =>
  (reason, kind = 'damaged') =>
    new PickleError(reason, { kind, byteOffset });

/** `numpy.dtype('f8', …)`. */
export function dtypeOf(args: readonly PyValue[], byteOffset: number): PyDtype {
  const code = asText(args[0]);
  const match = code === null ? null : /^([<>|=]?)([biufOMmSU])(\d{0,7})$/.exec(code);
  if (match === null)
    throw failAt(byteOffset)(`arrays of dtype ${code ?? 'unknown'} are not supported`, 'unsupported');
  const [, order = '', letter = '', digits = ''] = match;
  const kind = letter as DtypeKind;
  const count = Number(digits);
  const itemBytes = kind === 'U' ? count * 4 : kind === 'O' ? 8 : count;
  const widths = WIDTHS[kind];
  if (widths === null ? itemBytes > LONGEST_STRING_ITEM_BYTES : !widths.includes(count))
    throw failAt(byteOffset)(`arrays of dtype ${code ?? ''} are not supported`, 'unsupported');
  const dtype = new PyDtype(kind, itemBytes);
  dtype.isBigEndian = order === '>';
  return dtype;
}

/** Sets byte order and time unit from (version, order, …[, metadata, (unit, count, …)]). */
export function setDtypeState(dtype: PyDtype, state: PyValue, byteOffset: number): void {
  const fail = failAt(byteOffset);
  if (!Array.isArray(state)) throw fail('the state of a dtype is not a tuple');
  dtype.isBigEndian = asText(state[1]) === '>';
  if (state[3] !== null && state[3] !== undefined)
    throw fail('arrays of structures are not supported', 'unsupported');
  if (dtype.kind !== 'M' && dtype.kind !== 'm') return;
  const details = state[8];
  const timeUnit = Array.isArray(details) ? details.find((item) => Array.isArray(item)) : undefined;
  if (!Array.isArray(timeUnit)) throw fail('a time dtype has no unit');
  const unit = asText(timeUnit[0]) ?? '';
  const multiple = timeUnit[1];
  if (!TIME_UNITS.has(unit) || multiple !== 1)
    throw fail(
      `times in units of ${isWhole(multiple) ? multiple : '?'} ${unit || '(no unit)'} are not supported`,
      'unsupported',
    );
  dtype.unit = unit;
}

/**
 * Sets shape, dtype and data of an array from ([version, ]shape, dtype, is_fortran, data), or from a pair of that
 * and the state of a subclass.
 */
export function setArrayState(array: PyArray, state: PyValue, byteOffset: number): void {
  const fail = failAt(byteOffset);
  if (!Array.isArray(state)) throw fail('the state of an array is not a tuple');
  if (Array.isArray(state[0]) && state.length === 2) {
    const [own] = state;
    setArrayState(array, own.length === 2 ? null : own, byteOffset);
    array.own = state[1];
    return;
  }
  const [shape, dtype, isFortran, data] = state.length === 5 ? state.slice(1) : state;
  fill(array, shape, dtype, isFortran === true || isFortran === 1, data, fail);
}

/** `numpy.core.numeric._frombuffer(buffer, dtype, shape, order)`. */
export function arrayFromBuffer(args: readonly PyValue[], byteOffset: number): PyArray {
  const [data, dtype, shape, order, axes] = args;
  if (axes !== undefined && axes !== null && asText(order) === 'K')
    throw failAt(byteOffset)('an array with exchanged axes is not supported', 'unsupported');
  const array = new PyArray(null);
  fill(array, shape, dtype, asText(order) === 'F', data, failAt(byteOffset));
  return array;
}

function fill(
  array: PyArray,
  shape: PyValue | undefined,
  dtype: PyValue | undefined,
  isFortran: boolean,
  data: PyValue | undefined,
  fail: Fail,
): void {
  if (!(dtype instanceof PyDtype)) throw fail('an array has no dtype');
  const sizes = typeof shape === 'number' ? [shape] : shape;
  if (!Array.isArray(sizes) || sizes.length > 32 || !sizes.every((size) => isWhole(size) && size >= 0))
    throw fail('the shape of an array is not a tuple of sizes');
  array.shape = sizes as number[];
  array.dtype = dtype;
  array.isFortran = isFortran;
  const { length } = array;
  const stated = `an array of shape ${array.shape.join(' x ')} of ${dtype.toString()}`;
  if (dtype.kind === 'O') {
    if (!Array.isArray(data) || data.length !== length) {
      throw fail(
        `${stated} comes with ${Array.isArray(data) ? data.length : 'no'} objects`,
        Array.isArray(data) ? 'too-big' : 'damaged',
      );
    }
    array.items = data;
    array.bytes = null;
    return;
  }
  const bytes = bytesOf(data);
  if (bytes === null) throw fail(`${stated} comes without bytes`);
  // With a width of 0, any length would fit.
  if (bytes.length !== length * dtype.itemBytes || (dtype.itemBytes === 0 && length > 0)) {
    throw fail(`${stated} comes with ${bytes.length} bytes`, 'too-big');
  }
  array.bytes = bytes;
  array.items = null;
}

/** The bytes of a value: bytes, or text of Python 2 read as Latin-1. */
export function bytesOf(data: PyValue | undefined): Uint8Array | null {
  return data instanceof Uint8Array ? data : latin1Bytes(data);
}

/** `numpy.core.multiarray.scalar(dtype, bytes)`: the value itself; times are bigints in their unit. */
export function scalarOf(args: readonly PyValue[], byteOffset: number): PyValue {
  const fail = failAt(byteOffset);
  const [dtype, data] = args;
  if (!(dtype instanceof PyDtype)) throw fail('a scalar has no dtype');
  if (dtype.kind === 'O') return data ?? null;
  const bytes = bytesOf(data);
  if (bytes?.length !== dtype.itemBytes)
    throw fail(`a scalar of ${dtype.toString()} comes with ${bytes?.length ?? 'no'} bytes`);
  const array = new PyArray(null);
  array.shape = [1];
  array.dtype = dtype;
  array.bytes = bytes;
  return itemAt(array, 0, byteOffset);
}

/** Half precision (IEEE 754 binary16) to a number. */
export function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** One element, in the order of the data; times are bigints in their unit. */
export function itemAt(array: PyArray, at: number, byteOffset: number | null): PyValue {
  const { dtype, bytes, items } = array;
  if (items !== null) return items[at] ?? null;
  if (dtype === null || bytes === null) return null;
  const start = at * dtype.itemBytes;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const part = buffer.subarray(start, start + dtype.itemBytes);
  if (part.length !== dtype.itemBytes) {
    throw new PickleError('an array ends early', { kind: 'damaged', byteOffset });
  }
  const isBig = dtype.isBigEndian;
  switch (dtype.kind) {
    case 'b':
      return part[0] !== 0;
    case 'i':
      if (dtype.itemBytes === 8) return compact(isBig ? part.readBigInt64BE() : part.readBigInt64LE());
      return isBig ? part.readIntBE(0, dtype.itemBytes) : part.readIntLE(0, dtype.itemBytes);
    case 'u':
      if (dtype.itemBytes === 8) return compact(isBig ? part.readBigUInt64BE() : part.readBigUInt64LE());
      return isBig ? part.readUIntBE(0, dtype.itemBytes) : part.readUIntLE(0, dtype.itemBytes);
    case 'f':
      if (dtype.itemBytes === 8) return isBig ? part.readDoubleBE() : part.readDoubleLE();
      if (dtype.itemBytes === 4) return isBig ? part.readFloatBE() : part.readFloatLE();
      return halfToNumber(isBig ? part.readUInt16BE() : part.readUInt16LE());
    case 'S':
      return part.toString('latin1').replace(/\0+$/, '');
    case 'U':
      return utf32(part, isBig, byteOffset);
    case 'M':
    case 'm':
      return isBig ? part.readBigInt64BE() : part.readBigInt64LE();
    case 'O':
      return null;
  }
}

function utf32(part: Buffer, isBig: boolean, byteOffset: number | null): string {
  let text = '';
  for (let at = 0; at < part.length; at += 4) {
    const code = isBig ? part.readUInt32BE(at) : part.readUInt32LE(at);
    if (code > 0x10ffff)
      throw new PickleError('text contains a character beyond Unicode', { kind: 'damaged', byteOffset });
    text += String.fromCodePoint(code);
  }
  return text.replace(/\0+$/, '');
}
