import type { FlatField, FlatTable } from './flatbuffer-check.js';

/** The tables of Arrow's metadata, as its files Message.fbs, Schema.fbs and File.fbs declare them. */

const BYTE: FlatField = { kind: 'value', bytes: 1 };
const SHORT: FlatField = { kind: 'value', bytes: 2 };
const INT: FlatField = { kind: 'value', bytes: 4 };
const LONG: FlatField = { kind: 'value', bytes: 8 };
const TEXT: FlatField = { kind: 'text' };
const vectorOf = (bytes: number): FlatField => ({ kind: 'values', bytes });
const tableOf = (of: () => FlatTable): FlatField => ({ kind: 'table', of });
const tablesOf = (of: () => FlatTable): FlatField => ({ kind: 'tables', of });

const KEY_VALUE: FlatTable = [TEXT, TEXT];
const CUSTOM_METADATA = tablesOf(() => KEY_VALUE);
const INT_TYPE: FlatTable = [INT, BYTE];
/** The types of a field by number; those that are left out have no fields. */
const TYPES: readonly (FlatTable | undefined)[] = Object.assign([] as (FlatTable | undefined)[], {
  2: INT_TYPE,
  3: [SHORT],
  7: [INT, INT, INT],
  8: [SHORT],
  9: [SHORT, INT],
  10: [SHORT, TEXT],
  11: [SHORT],
  14: [SHORT, vectorOf(4)],
  15: [INT],
  16: [INT],
  17: [BYTE],
  18: [SHORT],
} satisfies Record<number, FlatTable>);
const DICTIONARY_ENCODING: FlatTable = [LONG, tableOf(() => INT_TYPE), BYTE, SHORT];
const FIELD: FlatTable = [
  TEXT,
  BYTE,
  BYTE,
  { kind: 'choice', of: TYPES },
  tableOf(() => DICTIONARY_ENCODING),
  tablesOf(() => FIELD),
  CUSTOM_METADATA,
];
const SCHEMA: FlatTable = [SHORT, tablesOf(() => FIELD), CUSTOM_METADATA, vectorOf(8)];
const COMPRESSION: FlatTable = [BYTE, BYTE];
/** Field nodes and buffers are 16 bytes each: length and null count, offset and length. */
const RECORD_BATCH: FlatTable = [LONG, vectorOf(16), vectorOf(16), tableOf(() => COMPRESSION), vectorOf(8)];
const DICTIONARY_BATCH: FlatTable = [LONG, tableOf(() => RECORD_BATCH), BYTE];

export const MESSAGE: FlatTable = [
  SHORT,
  BYTE,
  { kind: 'choice', of: [undefined, SCHEMA, DICTIONARY_BATCH, RECORD_BATCH] },
  LONG,
  CUSTOM_METADATA,
];

/** Bytes of a block, which says where a message of a file is: offset, length of its metadata, padding, length of its body. */
export const BLOCK_BYTES = 24;
export const FOOTER: FlatTable = [
  SHORT,
  tableOf(() => SCHEMA),
  vectorOf(BLOCK_BYTES),
  vectorOf(BLOCK_BYTES),
  CUSTOM_METADATA,
];
/** Places of the blocks among the fields of the footer. */
export const DICTIONARY_BLOCKS = 2;
export const RECORD_BATCH_BLOCKS = 3;
