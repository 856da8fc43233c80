import {
  compressionRegistry,
  CompressionType,
  DataType,
  Dictionary,
  RecordBatchReader,
  TimeUnit,
  type Data,
  type Field,
  type RecordBatch,
  type Vector,
} from 'apache-arrow';
import { decompress as zstdDecompress } from 'fzstd';
import { DatasetError } from '../../common/dataset-error.js';
import type {
  DatasetColumn,
  DatasetTable,
  FixedDatasetType,
  FixedDatasetValues,
  FixedPart,
} from '../../schemas/dataset-table.js';
import { checkBatchValues } from './arrow-layout.js';
import { arrowMessages } from './arrow-messages.js';
import { decompressLz4Frame } from './lz4-frame.js';

// The typed arrays of columns must begin at a multiple of their width; fzstd's results do not.
compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: decompressLz4Frame });
compressionRegistry.set(CompressionType.ZSTD, { decode: (data) => Uint8Array.from(zstdDecompress(data)) });

const MICROSECONDS: Readonly<Record<TimeUnit, (value: bigint) => bigint>> = {
  [TimeUnit.SECOND]: (value) => value * 1_000_000n,
  [TimeUnit.MILLISECOND]: (value) => value * 1000n,
  [TimeUnit.MICROSECOND]: (value) => value,
  [TimeUnit.NANOSECOND]: (value) => value / 1000n,
};

/**
 * Reads an Arrow IPC file or stream batch by batch: whole and floating-point numbers, booleans, text, timestamps,
 * dates, decimals (as doubles), dictionaries of these, lists of numbers; nested types as JSON. Buffers may be
 * compressed with LZ4 or Zstandard.
 * @throws DatasetError naming the batch that cannot be read.
 */
export async function* readArrowDataset(path: string): AsyncGenerator<DatasetTable> {
  let batches = 0;
  const notes: string[] = [];
  const messages = arrowMessages(path, (note) => notes.push(note));
  try {
    const reader = await RecordBatchReader.from(messages);
    await reader.open();
    if (reader.schema.fields.length === 0) throw new DatasetError('the Arrow schema has no columns');
    const empty = reader.schema;
    const checked = new WeakSet<Data>();
    for await (const batch of reader) {
      checkBatchValues(batch, checked);
      yield tableOf(batch, batches);
      batches += 1;
    }
    // What is behind the batches shows only now.
    if (batches === 0 || notes.length > 0) {
      yield {
        rows: 0,
        notes,
        columns: empty.fields.map((field) => columnOf(field, null)),
      };
    }
  } catch (cause) {
    throw arrowError(`record batch ${batches}`, cause);
  } finally {
    // The library does not close its source if it is not read to the end.
    await messages.return(undefined);
  }
}

function arrowError(what: string, cause: unknown): Error {
  if (cause instanceof DatasetError || (cause instanceof Error && 'syscall' in cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DatasetError(`${what} cannot be read as Arrow: ${reason}`, { cause });
}

function tableOf(batch: RecordBatch, number: number): DatasetTable {
  return {
    rows: batch.numRows,
    notes: [],
    columns: batch.schema.fields.map((field, at) =>
      checkedColumn(columnOf(field, batch.getChildAt(at)), number),
    ),
  };
}

/** The same column; values that the schema does not fit, or offsets beyond the buffers, are errors of the file. */
function checkedColumn(column: DatasetColumn, batch: number): DatasetColumn {
  const read = column.read as (start: number, count: number) => never;
  return {
    ...column,
    read: (start, count) => {
      try {
        return read(start, count);
      } catch (cause) {
        throw arrowError(`column ${column.name} of record batch ${batch}`, cause);
      }
    },
  };
}

function columnOf(field: Field, vector: Vector | null): DatasetColumn {
  const { name } = field;
  const type = valueType(field);
  const at = valuesOf(vector);
  const fixed = (
    columnType: FixedDatasetType,
    make: (count: number) => FixedDatasetValues,
    convert: (value: unknown) => number | bigint,
  ): DatasetColumn => ({
    name,
    type: columnType,
    read: (start, count) => fill(make(count), (row) => at(start + row), convert),
  });
  const text = (convert: (value: unknown) => string): DatasetColumn => ({
    name,
    type: 'varchar',
    read: (start, count) =>
      Array.from({ length: count }, (_, row) => {
        const value = at(start + row);
        return value === null ? null : convert(value);
      }),
  });
  if (DataType.isInt(type)) {
    const { bitWidth, isSigned } = type;
    if (bitWidth === 64)
      return fixed(
        isSigned ? 'bigint' : 'ubigint',
        (n) => (isSigned ? new BigInt64Array(n) : new BigUint64Array(n)),
        (value) => value as bigint,
      );
    return fixed(
      'bigint',
      (n) => new BigInt64Array(n),
      (value) => BigInt(value as number),
    );
  }
  if (DataType.isFloat(type)) return fixed('double', (n) => new Float64Array(n), Number);
  if (DataType.isBool(type))
    return fixed(
      'boolean',
      (n) => new Uint8Array(n),
      (value) => (value === true ? 1 : 0),
    );
  if (DataType.isDecimal(type)) {
    const scale = 10 ** type.scale;
    return fixed(
      'double',
      (n) => new Float64Array(n),
      (value) => decimalNumber(value) / scale,
    );
  }
  if (DataType.isTimestamp(type)) {
    const microseconds = microsecondsOf(vector, type.unit);
    return {
      name,
      type: 'timestamp',
      read: (start, count) => {
        const values = new BigInt64Array(count);
        const isNull = new Uint8Array(count);
        for (let row = 0; row < count; row++) {
          if (at(start + row) === null) isNull[row] = 1;
          else values[row] = microseconds(start + row);
        }
        return { values, isNull };
      },
    };
  }
  if (DataType.isDate(type)) return text((value) => new Date(Number(value)).toISOString().slice(0, 10));
  if (DataType.isNull(type)) return text(() => '');
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type)) return text(String);
  const isList = DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type);
  if (isList && isNumeric(type.children[0])) {
    return {
      name,
      type: 'double[]',
      read: (start, count) =>
        Array.from({ length: count }, (_, row) => {
          const value = at(start + row);
          return value === null ? null : listText(value as Iterable<unknown>);
        }),
    };
  }
  return text((value) =>
    JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? numberOrText(each) : each)),
  );
}

/** A whole number of 64 bits in JSON: text if a double would round it. */
function numberOrText(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** The values of a column by row. The library does not find values of a dictionary by indices of 64 bits. */
function valuesOf(vector: Vector | null): (row: number) => unknown {
  const chunk = vector?.data[0];
  const indices: unknown = chunk?.values;
  const isLong = indices instanceof BigInt64Array || indices instanceof BigUint64Array;
  if (chunk === undefined || !isLong || !DataType.isDictionary(chunk.type))
    return (row) => (vector?.get(row) as unknown) ?? null;
  const dictionary: Vector | undefined = chunk.dictionary;
  return (row) => {
    if (!chunk.getValid(row)) return null;
    const value: unknown = dictionary?.get(Number(indices[row]));
    return value ?? null;
  };
}

/** Times in microseconds, from the numbers in the file: as the library gives them, in milliseconds, they would lose digits. */
function microsecondsOf(vector: Vector | null, unit: TimeUnit): (row: number) => bigint {
  const chunk = vector?.data[0];
  const values: unknown = chunk?.values;
  if (chunk === undefined || DataType.isDictionary(chunk.type) || !(values instanceof BigInt64Array)) {
    const at = valuesOf(vector);
    return (row) => BigInt(Math.round(Number(at(row) ?? 0) * 1000));
  }
  return (row) => MICROSECONDS[unit](values[row] ?? 0n);
}

function fill(
  values: FixedDatasetValues,
  at: (row: number) => unknown,
  convert: (value: unknown) => number | bigint,
): FixedPart {
  const isNull = new Uint8Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = at(row);
    const converted = value === null ? null : convert(value);
    if (converted === null || Number.isNaN(converted)) isNull[row] = 1;
    else values[row] = converted;
  }
  return { values, isNull };
}

/** The whole number of a decimal, given as 32-bit words, the lowest first, in two's complement. */
function decimalNumber(value: unknown): number {
  if (!(value instanceof Uint32Array)) return NaN;
  let whole = 0n;
  for (let at = value.length - 1; at >= 0; at--) whole = (whole << 32n) | BigInt(value[at] ?? 0);
  return Number(BigInt.asIntN(value.length * 32, whole));
}

function isNumeric(item: Field<DataType> | undefined): boolean {
  return item !== undefined && (DataType.isInt(item.type) || DataType.isFloat(item.type));
}

/** The type of the values, also if they are in a dictionary. */
function valueType(field: Field): DataType {
  const type: DataType = field.type as DataType;
  return type instanceof Dictionary ? (type as Dictionary<DataType>).dictionary : type;
}

function listText(items: Iterable<unknown>): string {
  const parts = Array.from(items, (item) => {
    const value = item === null ? NaN : Number(item);
    if (Number.isNaN(value)) return 'NULL';
    return value === Infinity ? 'inf' : value === -Infinity ? '-inf' : String(value);
  });
  return `[${parts.join(', ')}]`;
}
