import type { AllowedGlobal } from './allowed-globals.js';

/** A value of a pickle, as plain data. Lists, tuples and sets are arrays. */
export type PyValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PyText
  | Uint8Array
  | PyDict
  | PyDtype
  | PyArray
  | PyRecord
  | AllowedGlobal
  | PyValue[];

/** Text that is kept as bytes because it is long, and probably the data of an array. */
export class PyText {
  constructor(
    readonly bytes: Uint8Array,
    readonly encoding: 'utf8' | 'latin1',
  ) {}
}

/** A dict. An empty one has no map, so that a file of many empty dicts needs little memory. */
export class PyDict {
  private entries: Map<PyValue, PyValue> | null = null;

  set(key: PyValue, value: PyValue): void {
    this.entries ??= new Map();
    this.entries.set(key, value);
  }

  get(key: string): PyValue | undefined {
    return this.entries?.get(key);
  }

  get size(): number {
    return this.entries?.size ?? 0;
  }

  *[Symbol.iterator](): IterableIterator<[PyValue, PyValue]> {
    if (this.entries !== null) yield* this.entries;
  }
}

/** An instance of an allowed class, or a call of an allowed function: the call itself, not its result. */
export class PyRecord {
  state: PyValue | undefined;

  constructor(
    readonly made: AllowedGlobal,
    readonly args: readonly PyValue[],
  ) {}
}

/** Whether a value has no column type here, so that its column is left out. */
export function isUnread(value: PyValue): value is PyRecord {
  return value instanceof PyRecord && value.made.role === 'unread';
}

export type DtypeKind = 'b' | 'i' | 'u' | 'f' | 'O' | 'M' | 'm' | 'S' | 'U';

/** A numpy dtype. */
export class PyDtype {
  isBigEndian = false;
  /** For datetime64 and timedelta64: s, ms, us or ns; empty if the dtype has no unit. */
  unit = '';

  constructor(
    readonly kind: DtypeKind,
    readonly itemBytes: number,
  ) {}

  toString(): string {
    return `${this.isBigEndian ? '>' : ''}${this.kind}${this.itemBytes}${this.unit === '' ? '' : `[${this.unit}]`}`;
  }
}

/** A numpy array: `items` for objects, `bytes` otherwise. The element count always matches the data. */
export class PyArray {
  shape: readonly number[] = [0];
  dtype: PyDtype | null = null;
  isFortran = false;
  bytes: Uint8Array | null = null;
  items: readonly PyValue[] | null = null;
  /** State of a subclass: for an index of pandas before 0.14, its name. */
  own: PyValue | undefined;

  constructor(readonly made: AllowedGlobal | null) {}

  get length(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }
}

/** Longest text decoded from bytes; JavaScript strings cannot be twice as long. */
const LONGEST_TEXT_BYTES = 1 << 28;

/** @throws RangeError if the text is longer than 256 MiB */
export function textOf(text: PyText): string {
  if (text.bytes.length > LONGEST_TEXT_BYTES)
    throw new RangeError(`text of ${text.bytes.length} bytes is too long`);
  return Buffer.from(text.bytes.buffer, text.bytes.byteOffset, text.bytes.byteLength).toString(text.encoding);
}

/** Maximum length of a word: the name of a dtype, a unit or an encoding. */
const LONGEST_WORD_BYTES = 1 << 12;

/** The value as a string if it is a short text of any kind, else null. For words, not for cells. */
export function asText(value: PyValue | undefined): string | null {
  if (typeof value === 'string') return value.length <= LONGEST_WORD_BYTES ? value : null;
  if (value instanceof Uint8Array && value.length <= LONGEST_WORD_BYTES)
    return Buffer.from(value).toString('latin1');
  return null;
}

export function isWhole(value: PyValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}
