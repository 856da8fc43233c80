import assert from 'node:assert/strict';
import { readPickledFrame } from '../../../../datasets/frame/read-pickled-frame.js';
import { PickleError, type PickleErrorKind } from '../../../../datasets/pickle/pickle-error.js';
import { unpickle } from '../../../../datasets/pickle/unpickle.js';

/** A hand-written pickle: text as Latin-1, numbers as bytes. */
export function pickle(...parts: readonly (string | number | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.map((part) =>
      typeof part === 'number'
        ? Buffer.of(part)
        : typeof part === 'string'
          ? Buffer.from(part, 'latin1')
          : Buffer.from(part),
    ),
  );
}

/** Little-endian. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Little-endian. */
export function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** SHORT_BINUNICODE. */
export const text = (value: string): Buffer => pickle(0x8c, Buffer.byteLength(value), value);
/** STACK_GLOBAL. */
export const global = (module: string, name: string): Buffer => pickle(text(module), text(name), 0x93);

/** Asserts that both readers refuse a pickle with this kind of error. */
export function refused(content: Uint8Array, kind: PickleErrorKind, message: RegExp): void {
  for (const read of [unpickle, readPickledFrame]) {
    assert.throws(
      () => read(content),
      (error: unknown) => error instanceof PickleError && error.kind === kind && message.test(error.message),
    );
  }
}

/** A RangeIndex with this length, as pandas 3 writes it. */
export function rangeIndex(length: number): Buffer {
  return pickle(
    global('pandas.core.indexes.base', '_new_Index'),
    global('pandas', 'RangeIndex'),
    '}(',
    text('start'),
    'K\0',
    text('stop'),
    pickle(0x8a, 8, uint64(BigInt(length))),
    text('step'),
    'K\x01u',
    0x86,
    'R',
  );
}

/** A frame with one column of objects. */
export function frameOfCells(cells: readonly Buffer[]): Buffer {
  const array = pickle(
    global('numpy.core.multiarray', '_reconstruct'),
    global('numpy', 'ndarray'),
    'K\0',
    0x85,
    'C\x01b',
    0x87,
    'R(K\x01(K\x01K',
    cells.length,
    't',
    global('numpy', 'dtype'),
    text('O8'),
    0x85,
    'R',
    0x89,
    pickle('(', ...cells, 'ltb'),
  );
  return pickle(
    0x80,
    4,
    global('pandas', 'DataFrame'),
    ')',
    0x81,
    global('pandas.core.internals.managers', 'BlockManager'),
    '((',
    pickle(
      global('pandas._libs.internals', '_unpickle_block'),
      '(',
      array,
      global('builtins', 'slice'),
      'K\0K\x01K\x01',
      0x87,
      'RK\x02tR',
    ),
    'l(',
    rangeIndex(1),
    rangeIndex(cells.length),
    'ltRb.',
  );
}
