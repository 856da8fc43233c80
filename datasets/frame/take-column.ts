import {
  isTextColumn,
  type DatasetColumn,
  type FixedDatasetValues,
  type FixedPart,
} from '../../schemas/dataset-table.js';
import type { FrameContext } from './frame-context.js';

/** Position of the value of a row; -1: the row is null. */
type Codes = (row: number) => number;

/**
 * A column that takes its values from the `entries` values of another: categories by code, levels of an index by
 * code.
 * @throws PickleError if a code is out of range
 */
export function takeColumn(
  source: DatasetColumn,
  entries: number,
  codes: Codes,
  rows: number,
  context: FrameContext,
): DatasetColumn {
  for (let row = 0; row < rows; row++) {
    const code = codes(row);
    if (!(code >= -1 && code < entries))
      throw context.fail(
        `column ${source.name}: row ${row} has category code ${code}, but there are ${entries} categories`,
      );
  }
  if (isTextColumn(source)) {
    const texts = source.read(0, entries);
    return {
      name: source.name,
      type: source.type,
      read: (start, count) =>
        Array.from({ length: count }, (_, row) => {
          const text = texts[codes(start + row)] ?? null;
          context.text.spend(text?.length ?? 0, null);
          return text;
        }),
    };
  }
  const { values, isNull } = source.read(0, entries);
  return {
    name: source.name,
    type: source.type,
    read: (start, count) => gather(values, isNull, codes, start, count),
  };
}

function gather(
  values: FixedDatasetValues,
  sourceNull: Uint8Array | null,
  codes: Codes,
  start: number,
  count: number,
): FixedPart {
  const width = values.BYTES_PER_ELEMENT;
  const taken = values.slice(0, 0);
  const bytes = new Uint8Array(count * width);
  const source = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const isNull = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const code = codes(start + row);
    if (code < 0 || sourceNull?.[code] === 1) isNull[row] = 1;
    else for (let byte = 0; byte < width; byte++) bytes[row * width + byte] = source[code * width + byte]!;
  }
  return { values: sameType(taken, bytes, count), isNull };
}

function sameType(
  like: FixedDatasetValues,
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
): FixedDatasetValues {
  const make = like.constructor as new (
    buffer: ArrayBuffer,
    byteOffset: number,
    length: number,
  ) => FixedDatasetValues;
  return new make(bytes.buffer, 0, count);
}
