import duckdb = require('@duckdb/node-bindings');
import { isTextColumn, type DatasetTable, type FixedDatasetValues } from '../../schemas/dataset-table.js';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  FLOAT,
  INTEGER,
  SMALLINT,
  TIMESTAMP,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from './duckdb.js';

/** Types that the fast path copies byte by byte, with the bytes of one value. */
const FIXED_WIDTH = {
  bigint: { type: BIGINT, bytes: 8 },
  double: { type: DOUBLE, bytes: 8 },
  uinteger: { type: UINTEGER, bytes: 4 },
  usmallint: { type: USMALLINT, bytes: 2 },
  boolean: { type: BOOLEAN, bytes: 1 },
  tinyint: { type: TINYINT, bytes: 1 },
  smallint: { type: SMALLINT, bytes: 2 },
  integer: { type: INTEGER, bytes: 4 },
  utinyint: { type: UTINYINT, bytes: 1 },
  ubigint: { type: UBIGINT, bytes: 8 },
  float: { type: FLOAT, bytes: 4 },
  timestamp: { type: TIMESTAMP, bytes: 8 },
} as const;

export type FixedWidthType = keyof typeof FIXED_WIDTH;

/** One column of a batch: `rows` values, contiguous. */
export interface FixedWidthColumn {
  readonly type: FixedWidthType;
  readonly values: BigInt64Array | Float64Array | Uint32Array | Uint16Array | Uint8Array;
  /** The value that means null. */
  readonly nullValue?: number | bigint;
}

/** Arrays of whole numbers of up to 32 bits. */
type IntegerArray = Exclude<FixedDatasetValues, Float32Array | Float64Array | BigInt64Array | BigUint64Array>;
type Vector = ReturnType<typeof duckdb.data_chunk_get_vector>;

/** Most rows of a data chunk, as DuckDB defines it. */
export const CHUNK_ROWS = 2048;

/**
 * Appends typed arrays to a table, 2,048 rows at a time, by copying their bytes into the vectors of one reused data
 * chunk: the fastest of the ways measured. The columns must be the table's, first to last.
 * Use it inside a transaction: outside one, an appender commits every 204,800 rows.
 * @throws RangeError if an array is shorter than `rows` or its element size is not the type's.
 */
export class ColumnAppender {
  private constructor(private readonly appender: DuckDBAppender) {}

  static async open(connection: DuckDBConnection, table: string): Promise<ColumnAppender> {
    return new ColumnAppender(await connection.createAppender(table, 'main'));
  }

  append(rows: number, columns: readonly FixedWidthColumn[]): void {
    for (const [index, column] of columns.entries()) checkBounds(index, column, rows);
    const chunk = DuckDBDataChunk.create(columns.map((column) => FIXED_WIDTH[column.type].type));
    const targets = columns.map((column, index) => ({
      ...column,
      vector: vectorOf(chunk, index),
      bytes: FIXED_WIDTH[column.type].bytes,
    }));
    for (let start = 0; start < rows; start += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rows - start);
      chunk.reset();
      chunk.rowCount = count;
      for (const { vector, values, bytes, nullValue } of targets) {
        copyValues(vector, values, start, count, bytes);
        if (nullValue !== undefined) setNulls(vector, count, values, start, nullValue);
      }
      this.appender.appendDataChunk(chunk);
    }
  }

  close(): void {
    this.appender.closeSync();
  }
}

function checkBounds(
  index: number,
  column: { readonly type: FixedWidthType; readonly values: FixedDatasetValues },
  rows: number,
): void {
  const { bytes } = FIXED_WIDTH[column.type];
  if (column.values.length < rows || column.values.BYTES_PER_ELEMENT !== bytes) {
    throw new RangeError(
      `column ${index} needs ${rows} values of ${bytes} bytes, has ${column.values.length} of ${column.values.BYTES_PER_ELEMENT}`,
    );
  }
}

/** A vector of a chunk; it stays the same, also after a reset of the chunk. */
function vectorOf(chunk: DuckDBDataChunk, index: number): Vector {
  return duckdb.data_chunk_get_vector(chunk.chunk, index);
}

function copyValues(
  vector: Vector,
  values: FixedDatasetValues,
  start: number,
  count: number,
  bytes: number,
): void {
  const { buffer, byteOffset } = values;
  if (!(buffer instanceof ArrayBuffer)) throw new RangeError('shared memory cannot be copied into a vector');
  duckdb.copy_data_to_vector(vector, 0, buffer, byteOffset + start * bytes, count * bytes);
}

function setNulls(
  vector: Vector,
  count: number,
  values: FixedDatasetValues,
  start: number,
  nullValue: number | bigint,
): void {
  const part = values.subarray(start, start + count);
  const validity = isIntegers(part) ? integerValidity(part, Number(nullValue)) : validityOf(part, nullValue);
  if (validity === null) return;
  // The binding gives a copy of the mask, so that it must be copied back.
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, validity.buffer, 0, validity.byteLength);
}

/** One bit for each row, the lowest first; 1 is valid. Null if all are valid. */
function validityOf(values: FixedDatasetValues, nullValue: number | bigint): Uint8Array<ArrayBuffer> | null {
  const validity = new Uint8Array(CHUNK_ROWS / 8).fill(0xff);
  let hasNull = false;
  for (let row = 0; row < values.length; row++) {
    if (values[row] !== nullValue) continue;
    validity[row >> 3]! &= ~(1 << (row & 7));
    hasNull = true;
  }
  return hasNull ? validity : null;
}

/** The same without branches, since a processor cannot predict where nulls are: a quarter of the time. */
function integerValidity(values: IntegerArray, nullValue: number): Uint8Array<ArrayBuffer> | null {
  const validity = new Uint8Array(CHUNK_ROWS / 8);
  const rows = values.length;
  const bitsOfNull = nullValue | 0;
  let valid = 0;
  let byte = 0;
  for (let row = 0; row < rows; row++) {
    const difference = values[row]! ^ bitsOfNull;
    // Its sign bit is 0 only for 0.
    const isValid = (difference | (0 - difference)) >>> 31;
    valid += isValid;
    byte |= isValid << (row & 7);
    if ((row & 7) < 7) continue;
    validity[row >> 3] = byte;
    byte = 0;
  }
  if ((rows & 7) > 0) validity[rows >> 3] = byte;
  return valid < rows ? validity : null;
}

function isIntegers(values: FixedDatasetValues): values is IntegerArray {
  return !(
    values instanceof Float64Array ||
    values instanceof Float32Array ||
    values instanceof BigInt64Array ||
    values instanceof BigUint64Array
  );
}

/**
 * Appends rows `first` to `end` of a table column by column, 2,048 at a time; columns of text, and lists written as text,
 * become VARCHAR. The target's columns must be the table's, first to last.
 * @throws RangeError if a column gives another number of rows than requested.
 */
export async function appendDataset(
  connection: DuckDBConnection,
  target: string,
  { columns }: DatasetTable,
  first: number,
  end: number,
): Promise<void> {
  const appender = await connection.createAppender(target, 'main');
  const types = columns.map((column) => (isTextColumn(column) ? VARCHAR : FIXED_WIDTH[column.type].type));
  const chunk = DuckDBDataChunk.create(types);
  for (let start = first; start < end; start += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, end - start);
    chunk.reset();
    chunk.rowCount = count;
    for (const [index, column] of columns.entries()) {
      if (isTextColumn(column)) {
        chunk.setColumnValues(index, column.read(start, count));
        continue;
      }
      const { values, isNull } = column.read(start, count);
      checkBounds(index, { type: column.type, values }, count);
      const vector = vectorOf(chunk, index);
      copyValues(vector, values, 0, count, FIXED_WIDTH[column.type].bytes);
      if (isNull !== null) setNulls(vector, count, isNull, 0, 1);
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** Appends rows of any type, 2,048 at a time; for tables that are small compared with `packets`. */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  types: readonly DuckDBType[],
  rows: readonly (readonly DuckDBValue[])[],
): Promise<void> {
  const appender = await connection.createAppender(table, 'main');
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    const part = rows.slice(start, start + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(types, part.length);
    chunk.setRows(part);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
