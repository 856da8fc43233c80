import type { DatasetColumn, FixedDatasetType, FixedDatasetValues } from '../../schemas/dataset-table.js';
import { asText, isWhole, PyRecord, type PyValue } from '../pickle/values.js';
import { withoutNaN } from './fixed-column.js';
import type { FrameContext } from './frame-context.js';
import type { SizedColumn } from './sized-column.js';

/** Types of pyarrow that pandas columns have, with the bytes per value. */
const FIXED: Readonly<Record<string, readonly [FixedDatasetType, number]>> = {
  int8: ['tinyint', 1],
  int16: ['smallint', 2],
  int32: ['integer', 4],
  int64: ['bigint', 8],
  uint8: ['utinyint', 1],
  uint16: ['usmallint', 2],
  uint32: ['uinteger', 4],
  uint64: ['ubigint', 8],
  float: ['float', 4],
  double: ['double', 8],
};
const TEXT_OFFSET_BYTES: Readonly<Record<string, number>> = { string: 4, large_string: 8 };

interface ArrowData {
  readonly type: string;
  readonly length: number;
  /** Values at the front of the buffers that do not belong to the array. */
  readonly offset: number;
  readonly buffers: readonly (Uint8Array | null)[];
}

/** The column of a pickled pyarrow array, or of a chunked array with one chunk. */
export function arrowColumn(name: string, value: PyValue, context: FrameContext): SizedColumn {
  const record = value instanceof PyRecord ? value : null;
  const chunks = record?.made.role === 'arrow-chunks' ? record.args[0] : [value];
  if (!Array.isArray(chunks)) throw context.fail(`column ${name}: pyarrow data without arrays`);
  if (chunks.length !== 1) {
    throw context.fail(
      `it consists of ${chunks.length} pieces of pyarrow data; join them with df.copy(deep=True), or save the data as Parquet`,
      'unsupported',
    );
  }
  const data = arrowData(name, chunks[0] ?? null, context);
  return { column: columnOf(name, data, context), rows: data.length };
}

function arrowData(name: string, value: PyValue, context: FrameContext): ArrowData {
  const fail = (reason: string): Error => context.fail(`column ${name}: ${reason}`);
  if (!(value instanceof PyRecord) || value.made.role !== 'restore-arrow')
    throw fail('pyarrow data is not an array');
  const [parts] = value.args;
  if (!Array.isArray(parts)) throw fail('pyarrow data has no parts');
  const [typeRecord, length, , offset, buffers] = parts;
  const type =
    typeRecord instanceof PyRecord && typeRecord.made.role === 'arrow-type'
      ? asText(typeRecord.args[0])
      : null;
  if (type === null) throw fail('pyarrow data of an unknown type');
  if (!isWhole(length) || !isWhole(offset) || length < 0 || offset < 0 || !Array.isArray(buffers))
    throw fail('pyarrow data has no length');
  const bytes = buffers.map((buffer) => {
    if (buffer === null) return null;
    const content = buffer instanceof PyRecord && buffer.made.role === 'arrow-buffer' ? buffer.args[0] : null;
    if (!(content instanceof Uint8Array)) throw fail('a pyarrow buffer contains no bytes');
    return content;
  });
  return { type, length, offset, buffers: bytes };
}

function columnOf(name: string, data: ArrowData, context: FrameContext): DatasetColumn {
  const { type, length, offset, buffers } = data;
  const end = offset + length;
  const [validity, values, texts] = buffers;
  const need = (buffer: Uint8Array | null | undefined, bytes: number): Uint8Array => {
    if ((buffer?.length ?? 0) < bytes)
      throw context.fail(
        `column ${name}: ${length} values of ${type} need more than the ${buffer?.length ?? 0} bytes present`,
        'too-big',
      );
    return buffer ?? new Uint8Array(0);
  };
  if (validity !== null && validity !== undefined) need(validity, Math.ceil(end / 8));
  const isNullAt = (row: number): boolean => isClear(validity ?? null, offset + row);
  const nulls = (start: number, count: number): Uint8Array =>
    Uint8Array.from({ length: count }, (_, row) => (isNullAt(start + row) ? 1 : 0));

  const offsetBytes = TEXT_OFFSET_BYTES[type];
  if (offsetBytes !== undefined) {
    const offsets = need(values, length === 0 ? 0 : (end + 1) * offsetBytes);
    const text = Buffer.from(texts ?? new Uint8Array(0));
    return {
      name,
      type: 'varchar',
      read: textReader(name, offsets, text, offset, offsetBytes, isNullAt, context),
    };
  }
  if (type === 'bool') {
    const bits = need(values, Math.ceil(end / 8));
    return {
      name,
      type: 'boolean',
      read: (start, count) => ({
        values: Uint8Array.from({ length: count }, (_, row) => (isClear(bits, offset + start + row) ? 0 : 1)),
        isNull: nulls(start, count),
      }),
    };
  }
  const fixed = FIXED[type];
  if (fixed === undefined)
    throw context.fail(`it has the pyarrow type ${type}, which is not supported`, 'unsupported');
  const [columnType, width] = fixed;
  const source = need(values, end * width);
  return {
    name,
    type: columnType,
    read: (start, count) => {
      const from = (offset + start) * width;
      const part = typed(columnType, Uint8Array.from(source.subarray(from, from + count * width)), count);
      const isNull = nulls(start, count);
      if (part instanceof Float32Array || part instanceof Float64Array) {
        const nan = withoutNaN(part).isNull;
        nan?.forEach((flag, row) => (isNull[row]! |= flag));
      }
      return { values: part, isNull };
    },
  };
}

function textReader(
  name: string,
  offsets: Uint8Array,
  text: Buffer,
  skipped: number,
  width: number,
  isNullAt: (row: number) => boolean,
  context: FrameContext,
): (start: number, count: number) => (string | null)[] {
  const view = new DataView(offsets.buffer, offsets.byteOffset, offsets.byteLength);
  const position = (row: number): number =>
    width === 4
      ? view.getInt32((skipped + row) * 4, true)
      : Number(view.getBigInt64((skipped + row) * 8, true));
  return (start, count) =>
    Array.from({ length: count }, (_, index) => {
      const row = start + index;
      if (isNullAt(row)) return null;
      const from = position(row);
      const to = position(row + 1);
      if (from < 0 || to < from || to > text.length)
        throw context.fail(`column ${name}: the text of row ${row} is outside its buffer`);
      context.text.spend(to - from, null);
      return text.toString('utf8', from, to);
    });
}

/** Whether a bit of a bitmap is 0. Without a bitmap, all bits are 1. */
function isClear(bitmap: Uint8Array | null, at: number): boolean {
  return bitmap !== null && (((bitmap[at >> 3] ?? 0) >> (at & 7)) & 1) === 0;
}

function typed(type: FixedDatasetType, bytes: Uint8Array<ArrayBuffer>, count: number): FixedDatasetValues {
  const { buffer } = bytes;
  switch (type) {
    case 'tinyint':
      return new Int8Array(buffer, 0, count);
    case 'smallint':
      return new Int16Array(buffer, 0, count);
    case 'integer':
      return new Int32Array(buffer, 0, count);
    case 'bigint':
    case 'timestamp':
      return new BigInt64Array(buffer, 0, count);
    case 'usmallint':
      return new Uint16Array(buffer, 0, count);
    case 'uinteger':
      return new Uint32Array(buffer, 0, count);
    case 'ubigint':
      return new BigUint64Array(buffer, 0, count);
    case 'float':
      return new Float32Array(buffer, 0, count);
    case 'double':
      return new Float64Array(buffer, 0, count);
    case 'utinyint':
    case 'boolean':
      return bytes;
  }
}
