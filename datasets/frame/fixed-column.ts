import type {
  FixedDatasetColumn,
  FixedDatasetType,
  FixedDatasetValues,
  FixedPart,
} from '../../schemas/dataset-table.js';
import { halfToNumber } from '../pickle/numpy.js';
import type { PyDtype } from '../pickle/values.js';
import type { ArraySlice } from './array-slice.js';
import type { FrameContext } from './frame-context.js';

const NOT_A_TIME = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
/** Microseconds per unit; nanoseconds are divided instead. */
const UNIT_MICROSECONDS: Readonly<Record<string, bigint>> = { s: 1_000_000n, ms: 1000n, us: 1n };
/** Seconds per unit, for time differences. */
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };

/** The column of a numeric, boolean or time dtype; null for a dtype of text or objects. */
export function fixedColumn(
  name: string,
  slice: ArraySlice,
  context: FrameContext,
): FixedDatasetColumn | null {
  const { dtype } = slice.array;
  if (dtype === null) return null;
  const column = (
    type: FixedDatasetType,
    convert: (raw: FixedDatasetValues) => FixedPart,
  ): FixedDatasetColumn => ({
    name,
    type,
    read: (start, count) => convert(rawValues(slice, dtype, start, count)),
  });
  const withoutNulls = (values: FixedDatasetValues): FixedPart => ({ values, isNull: null });
  switch (dtype.kind) {
    case 'b':
      return column('boolean', (values) => withoutNulls(zeroOrOne(values as Uint8Array)));
    case 'i':
      return column(
        ({ 1: 'tinyint', 2: 'smallint', 4: 'integer', 8: 'bigint' } as const)[dtype.itemBytes as 1],
        withoutNulls,
      );
    case 'u':
      return column(
        ({ 1: 'utinyint', 2: 'usmallint', 4: 'uinteger', 8: 'ubigint' } as const)[dtype.itemBytes as 1],
        withoutNulls,
      );
    case 'f':
      if (dtype.itemBytes === 2)
        return column('float', (values) =>
          withoutNaN(Float32Array.from(values as Uint16Array, halfToNumber)),
        );
      return column(dtype.itemBytes === 4 ? 'float' : 'double', (values) =>
        withoutNaN(values as Float32Array | Float64Array),
      );
    case 'M':
      return column('timestamp', (values) =>
        microseconds(values as BigInt64Array, dtype.unit, name, context),
      );
    case 'm':
      context.notes.push(`${name}: time differences are given in seconds`);
      return column('double', (values) => seconds(values as BigInt64Array, dtype.unit));
    case 'O':
    case 'S':
    case 'U':
      return null;
  }
}

/**
 * Elements of a slice in this machine's byte order: a view of the file's bytes if they are aligned and in order,
 * else a copy.
 */
function rawValues(
  { array, start, stride }: ArraySlice,
  dtype: PyDtype,
  from: number,
  count: number,
): FixedDatasetValues {
  const width = dtype.itemBytes;
  const source = array.bytes ?? new Uint8Array(0);
  let bytes: Uint8Array;
  if (stride === 1) {
    bytes = source.subarray((start + from) * width, (start + from + count) * width);
    if (dtype.isBigEndian || bytes.byteOffset % width !== 0) bytes = Uint8Array.from(bytes);
  } else {
    bytes = new Uint8Array(count * width);
    for (let row = 0; row < count; row++) {
      const at = (start + (from + row) * stride) * width;
      for (let byte = 0; byte < width; byte++) bytes[row * width + byte] = source[at + byte]!;
    }
  }
  if (dtype.isBigEndian && width > 1) swapBytes(bytes, width);
  return typed(bytes, dtype, count);
}

function typed(bytes: Uint8Array, dtype: PyDtype, count: number): FixedDatasetValues {
  const { buffer, byteOffset } = bytes;
  switch (`${dtype.kind}${dtype.itemBytes}`) {
    case 'i1':
      return new Int8Array(buffer, byteOffset, count);
    case 'i2':
      return new Int16Array(buffer, byteOffset, count);
    case 'i4':
      return new Int32Array(buffer, byteOffset, count);
    case 'u2':
    case 'f2':
      return new Uint16Array(buffer, byteOffset, count);
    case 'u4':
      return new Uint32Array(buffer, byteOffset, count);
    case 'u8':
      return new BigUint64Array(buffer, byteOffset, count);
    case 'f4':
      return new Float32Array(buffer, byteOffset, count);
    case 'f8':
      return new Float64Array(buffer, byteOffset, count);
    case 'i8':
    case 'M8':
    case 'm8':
      return new BigInt64Array(buffer, byteOffset, count);
    default:
      return new Uint8Array(buffer, byteOffset, count);
  }
}

function swapBytes(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else buffer.swap64();
}

/** DuckDB does not check a boolean's byte, so it must get no byte other than 0 and 1. */
export function zeroOrOne(values: Uint8Array): Uint8Array {
  return values.some((value) => value > 1) ? values.map((value) => (value === 0 ? 0 : 1)) : values;
}

/** Turns NaN, which pandas uses for missing numbers, into null. */
export function withoutNaN(values: Float32Array | Float64Array): FixedPart {
  let isNull: Uint8Array | null = null;
  for (let row = 0; row < values.length; row++) {
    if (!Number.isNaN(values[row])) continue;
    isNull ??= new Uint8Array(values.length);
    isNull[row] = 1;
  }
  return { values, isNull };
}

/** Microseconds since 1970 of a time in the given unit, rounded down; null for NaT. */
export function toMicroseconds(value: bigint, unit: string): bigint | null {
  if (value === NOT_A_TIME) return null;
  if (unit === 'ns') {
    const whole = value / 1000n;
    return value < 0n && whole * 1000n !== value ? whole - 1n : whole;
  }
  return value * (UNIT_MICROSECONDS[unit] ?? 1n);
}

function microseconds(values: BigInt64Array, unit: string, name: string, context: FrameContext): FixedPart {
  const isNull = new Uint8Array(values.length);
  const converted = new BigInt64Array(values.length);
  for (const [row, value] of values.entries()) {
    const time = toMicroseconds(value, unit);
    if (time === null) isNull[row] = 1;
    else if (time > INT64_MAX || time < -INT64_MAX) {
      throw context.fail(`column ${name}: a time is outside the range of 64-bit microseconds`);
    } else converted[row] = time;
  }
  return { values: converted, isNull };
}

function seconds(values: BigInt64Array, unit: string): FixedPart {
  const scale = UNIT_SECONDS[unit] ?? 1;
  const converted = Float64Array.from(values, (value) =>
    value === NOT_A_TIME ? NaN : unit === 'ns' ? Number(value) / 1e9 : Number(value) * scale,
  );
  return withoutNaN(converted);
}
