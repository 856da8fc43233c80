import {
  DataType,
  DateUnit,
  IntervalUnit,
  MetadataVersion,
  Precision,
  UnionMode,
  type Data,
  type RecordBatch,
  type Union,
} from 'apache-arrow';
import type { Message, MessageHeader } from 'apache-arrow';
import { DatasetError } from '../../common/dataset-error.js';

/** What the metadata of a batch claims. */
type BatchHeader = ReturnType<Message<MessageHeader.RecordBatch>['header']>;

/** In front of each compressed buffer: its length when decompressed, or -1 if it is not compressed. */
const LENGTH_PREFIX_BYTES = 8;
/** Arrow's own limit of a buffer that is not of a large type; compressed zeros may claim anything. */
const MOST_BUFFER_BYTES = 2 ** 31 - 1;
/** Longest buffer of Node 20. */
export const LONGEST_BODY_BYTES = 2 ** 32 - 1;
/** A view, and the longest value that it holds itself. */
const [VIEW_BYTES, INLINE_BYTES] = [16, 12];
/** Columns of nulls have no buffers, so that nothing else bounds their length. */
const MOST_NULLS = 2 ** 24;

/** Bits of a value of a type that has one buffer of values, all equally long; null for other types. */
function bitsOf(type: DataType): number | null {
  if (DataType.isDictionary(type)) return bitsOf(type.indices as DataType);
  if (DataType.isBool(type)) return 1;
  if (DataType.isInt(type) || DataType.isDecimal(type) || DataType.isTime(type)) return type.bitWidth;
  if (DataType.isFloat(type))
    return type.precision === Precision.HALF ? 16 : type.precision === Precision.SINGLE ? 32 : 64;
  if (DataType.isDate(type)) return type.unit === DateUnit.DAY ? 32 : 64;
  if (DataType.isTimestamp(type) || DataType.isDuration(type)) return 64;
  if (DataType.isInterval(type))
    return type.unit === IntervalUnit.MONTH_DAY_NANO ? 128 : type.unit === IntervalUnit.DAY_TIME ? 64 : 32;
  if (DataType.isFixedSizeBinary(type)) return type.byteWidth * 8;
  if (DataType.isBinaryView(type) || DataType.isUtf8View(type)) return 8 * VIEW_BYTES;
  return null;
}

/** The library gives types without children null or a list. */
function childrenOf(type: DataType): readonly { readonly name: string; readonly type: DataType }[] {
  return (type.children as DataType['children'] | null) ?? [];
}

/** Bits of an offset of a type whose values differ in length; null for other types. */
function offsetBitsOf(type: DataType): number | null {
  if (DataType.isUtf8(type) || DataType.isBinary(type) || DataType.isList(type) || DataType.isMap(type))
    return 32;
  if (DataType.isLargeUtf8(type) || DataType.isLargeBinary(type) || DataType.isLargeList(type)) return 64;
  return null;
}

/**
 * Checks that a batch has the nodes and buffers that its types need, that each buffer lies in the body, and that it is long enough
 * for the values that are claimed: the library reads what is not there as nulls, for any number of rows.
 * @returns the bytes of all buffers, decompressed
 * @throws DatasetError that says which column claims what
 */
export function checkBatchHeader(
  batch: BatchHeader,
  columns: readonly { readonly name: string; readonly type: DataType }[],
  body: Uint8Array,
  version: MetadataVersion,
): number {
  const sizes = bufferSizes(batch, body);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const mostValues = 8 * bytes;
  let [nodes, buffers, views] = [0, 0, 0];
  const next = (name: string, need: number): void => {
    const size = sizes[buffers++];
    if (size === undefined) throw new DatasetError(`column ${name} lacks a buffer`);
    if (size < need) throw new DatasetError(`column ${name} claims values of ${need} bytes, and has ${size}`);
  };
  const check = (name: string, type: DataType, least: number): void => {
    const node = batch.nodes[nodes++];
    if (node === undefined) throw new DatasetError(`column ${name} lacks its length`);
    const { length, nullCount } = node;
    if (length < least || nullCount < 0 || nullCount > length)
      throw new DatasetError(
        `column ${name} claims ${length} values, ${nullCount} of them null, and needs ${least}`,
      );
    if (length > (DataType.isNull(type) ? Math.max(mostValues, MOST_NULLS) : mostValues))
      throw new DatasetError(`column ${name} claims ${length} values, more than the batch has bits`);
    if (DataType.isNull(type)) return;
    if (DataType.isUnion(type)) {
      if (version < MetadataVersion.V5) next(name, 0);
      next(name, length);
      if (type.mode === UnionMode.Dense) next(name, 4 * length);
      for (const child of childrenOf(type))
        check(`${name}.${child.name}`, child.type, type.mode === UnionMode.Dense ? 0 : length);
      return;
    }
    next(name, nullCount > 0 ? Math.ceil(length / 8) : 0);
    const offsetBits = offsetBitsOf(type);
    if (offsetBits !== null) next(name, length === 0 ? 0 : ((length + 1) * offsetBits) / 8);
    const bits = bitsOf(type);
    if (bits !== null) next(name, Math.ceil((length * bits) / 8));
    else if (offsetBits !== null && childrenOf(type).length === 0) next(name, 0);
    if (DataType.isBinaryView(type) || DataType.isUtf8View(type))
      for (let left = batch.variadicBufferCounts[views++] ?? 0; left > 0; left--) next(name, 0);
    const childLeast = DataType.isStruct(type)
      ? length
      : DataType.isFixedSizeList(type)
        ? length * type.listSize
        : 0;
    for (const child of childrenOf(type)) check(`${name}.${child.name}`, child.type, childLeast);
  };
  for (const { name, type } of columns) {
    const { length = -1 } = batch.nodes[nodes] ?? {};
    if (length !== -1 && length !== batch.length)
      throw new DatasetError(`column ${name} claims ${length} values, and the batch ${batch.length} rows`);
    check(name, type, batch.length);
  }
  if (nodes !== batch.nodes.length || buffers !== batch.buffers.length)
    throw new DatasetError(
      `the batch has ${batch.nodes.length} columns and ${batch.buffers.length} buffers, and the schema needs ${nodes} and ${buffers}`,
    );
  return bytes;
}

/** The bytes of each buffer, decompressed. */
function bufferSizes({ buffers, compression }: BatchHeader, body: Uint8Array): number[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let decompressed = 0;
  return buffers.map(({ offset, length }, number) => {
    if (offset < 0 || length < 0 || offset + length > body.length)
      throw new DatasetError(
        `buffer ${number} of ${length} bytes at ${offset} is beyond the ${body.length} bytes of the batch`,
      );
    if (compression === null || length === 0) return length;
    if (length < LENGTH_PREFIX_BYTES)
      throw new DatasetError(`buffer ${number} is too short to be compressed`);
    const claimed = Number(view.getBigInt64(offset, true));
    if (claimed === -1) return length - LENGTH_PREFIX_BYTES;
    decompressed += claimed;
    if (claimed < 0 || claimed > MOST_BUFFER_BYTES)
      throw new DatasetError(`buffer ${number} claims ${claimed} bytes when decompressed`);
    if (decompressed > LONGEST_BODY_BYTES)
      throw new DatasetError(
        `a batch has more than ${LONGEST_BODY_BYTES} bytes when decompressed: save the table in smaller batches`,
      );
    return claimed;
  });
}

/**
 * Checks what only the values of a batch tell: offsets ascend and end within the values, views are of bytes that are there, indices
 * are in their dictionary, values of unions in their children, and decompressed buffers are as long as was claimed.
 * @param checked dictionaries that were checked before
 * @throws DatasetError that names the column
 */
export function checkBatchValues(batch: RecordBatch, checked: WeakSet<Data>): void {
  for (const [at, { name }] of batch.schema.fields.entries()) {
    const data = batch.data.children[at];
    if (data !== undefined) checkData(data, name, checked);
  }
}

function checkData(data: Data, name: string, checked: WeakSet<Data>): void {
  const { type, length } = data;
  if (DataType.isNull(type)) return;
  const bits = bitsOf(type);
  const isShort =
    (bits !== null && 8 * (data.values as Uint8Array).byteLength < length * bits) ||
    (!DataType.isUnion(type) && data.nullCount > 0 && 8 * data.nullBitmap.length < length);
  if (isShort) throw new DatasetError(`column ${name} has fewer values than its ${length} rows`);
  if (offsetBitsOf(type) !== null && length > 0) {
    const end = data.children[0]?.length ?? (data.values as Uint8Array).length;
    checkOffsets(data.valueOffsets as Int32Array | BigInt64Array, length, end, name);
  }
  if (DataType.isBinaryView(type) || DataType.isUtf8View(type)) checkViews(data, name);
  if (DataType.isUnion(type)) checkUnion(data, type, name);
  if (DataType.isDictionary(type)) {
    const entries = data.dictionary?.length ?? 0;
    const indices = data.values as Int32Array | BigInt64Array;
    for (let row = 0; row < length; row++) {
      const index = indices[row]!;
      if ((index < 0 || index >= entries) && data.getValid(row))
        throw new DatasetError(
          `column ${name} has the index ${index} in row ${row}, and its dictionary ${entries} values`,
        );
    }
    for (const part of (data.dictionary?.data ?? []) as readonly Data[]) {
      if (checked.has(part)) continue;
      checkData(part, `${name} (dictionary)`, checked);
      checked.add(part);
    }
  }
  for (const [at, child] of data.children.entries())
    checkData(child, `${name}.${childrenOf(type)[at]?.name ?? at}`, checked);
}

function checkOffsets(offsets: Int32Array | BigInt64Array, length: number, end: number, name: string): void {
  let last = Number(offsets[0] ?? -1);
  if (last < 0 || offsets.length <= length)
    throw new DatasetError(`column ${name} has no offsets for its ${length} rows`);
  for (let row = 0; row < length; row++) {
    const next = Number(offsets[row + 1]);
    if (next < last || next > end)
      throw new DatasetError(
        `column ${name} ends at ${next} in row ${row}, which began at ${last}; it has ${end} values`,
      );
    last = next;
  }
}

/** Each view has a length, then its bytes or, if they are more than 12, the first four, and the buffer and the place of all. */
function checkViews(data: Data, name: string): void {
  const values = data.values as Uint8Array;
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const buffers = data.variadicBuffers;
  for (let row = 0; row < data.length; row++) {
    if (!data.getValid(row)) continue;
    const at = row * VIEW_BYTES;
    const length = view.getInt32(at, true);
    if (length >= 0 && length <= INLINE_BYTES) continue;
    const number = view.getInt32(at + 8, true);
    const start = view.getInt32(at + 12, true);
    const buffer = buffers[number];
    const isThere = length >= 0 && start >= 0 && buffer !== undefined && start + length <= buffer.length;
    if (!isThere)
      throw new DatasetError(
        `column ${name} has ${length} bytes at ${start} of its buffer ${number} in row ${row}; that buffer has ${buffer?.length ?? 0} bytes`,
      );
    for (let byte = 0; byte < 4; byte++)
      if (buffer[start + byte] !== values[at + 4 + byte])
        throw new DatasetError(
          `column ${name} begins otherwise in row ${row} than the bytes that it points to`,
        );
  }
}

/** Each value of a union names a child; if the union is dense, also the row of the child. */
function checkUnion(data: Data, type: Union, name: string): void {
  const ids = data.typeIds as Int8Array;
  const rows = type.mode === UnionMode.Dense ? (data.valueOffsets as Int32Array) : null;
  if (ids.length < data.length || (rows !== null && rows.length < data.length))
    throw new DatasetError(`column ${name} has fewer values than its ${data.length} rows`);
  const children = type.typeIdToChildIndex as Readonly<Record<number, number | undefined>>;
  for (let row = 0; row < data.length; row++) {
    const child = data.children[children[ids[row]!] ?? -1];
    if (child === undefined)
      throw new DatasetError(
        `column ${name} has the type ${ids[row]} in row ${row}, which it does not declare`,
      );
    const at = rows === null ? row : rows[row]!;
    if (at < 0 || at >= child.length)
      throw new DatasetError(
        `column ${name} has value ${at} of type ${ids[row]} in row ${row}, and there are ${child.length}`,
      );
  }
}
