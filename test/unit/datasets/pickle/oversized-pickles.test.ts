import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPickledFrame } from '../../../../datasets/frame/read-pickled-frame.js';
import { PickleError, type PickleErrorKind } from '../../../../datasets/pickle/pickle-error.js';
import { unpickle } from '../../../../datasets/pickle/unpickle.js';
import { frameOfCells, global, pickle, rangeIndex, refused, text, uint32, uint64 } from './pickle-bytes.js';

/** A frame up to the list of its axes. */
const FRAME_HEAD = pickle(
  0x80,
  4,
  pickle(global('pandas', 'DataFrame'), ')', 0x81, global('pandas.core.internals.managers', 'BlockManager')),
  pickle('((l('),
);

describe('pickles with wrong sizes', () => {
  const huge = 1n << 62n;
  const cases: Readonly<Record<string, readonly [Buffer, PickleErrorKind, RegExp]>> = {
    'bytes of 2^62': [
      pickle(0x80, 4, 0x8e, uint64(huge), '.'),
      'cut',
      /length of 4611686018427387904 bytes, but only 1 are/,
    ],
    'a bytearray of 4 GB': [
      pickle(0x80, 5, 0x96, uint64(1n << 32n), 'abc.'),
      'cut',
      /length of 4294967296 bytes/,
    ],
    'text of 4 GB': [pickle(0x80, 4, 'X', uint32(0xffffffff), '.'), 'cut', /length of 4294967295/],
    'a negative length': [pickle('T', uint32(0xffffffff), '.'), 'cut', /length of -1/],
    'an integer of 2 GB': [pickle(0x80, 2, 0x8b, uint32(0x7fffffff), '.'), 'cut', /2147483647/],
    'an integer of 2,000 bytes': [
      pickle(0x80, 2, 0x8b, uint32(2000), new Uint8Array(2000).fill(255), '.'),
      'too-big',
      /integer of 2000 bytes/,
    ],
    'a frame beyond the end': [
      pickle(0x80, 4, 0x95, uint64(1000n), 'N.'),
      'cut',
      /frame of 1000 bytes|length of 1000/,
    ],
    'a memo key far out of range': [
      pickle('Nr', uint32(0xfffffff0), '.'),
      'too-big',
      /memo key 4294967280 is out of range/,
    ],
    'a memo key of many digits': [
      pickle('Np99999999999999999999\n.'),
      'too-big',
      /memo key -1 is out of range/,
    ],
    'a memo key without a value': [pickle('h', 7, '.'), 'damaged', /memo has no value at 7/],
    'a line without end': [pickle('I', '1'.repeat(10_000)), 'damaged', /longer than 4096/],
    'an unknown protocol': [pickle(0x80, 200, 'N.'), 'unsupported', /protocol 200/],
  };
  for (const [name, [content, kind, message]] of Object.entries(cases)) {
    it(name, () => refused(content, kind, message));
  }

  it('arrays whose shape does not match their bytes, also if the product overflows or items have no width', () => {
    const array = (shape: readonly Buffer[], code: string, data: Buffer): Buffer =>
      pickle(
        0x80,
        4,
        global('numpy.core.numeric', '_frombuffer'),
        '(',
        pickle('C', data.length, data),
        global('numpy', 'dtype'),
        text(code),
        0x85,
        'R(',
        ...shape,
        't',
        text('C'),
        'tR.',
      );
    const size = (value: bigint): Buffer => pickle(0x8a, 8, uint64(value));
    const eight = Buffer.alloc(8);
    const wrongSize = /comes with \d+ bytes|are not supported|not a tuple of sizes/;
    const read = (content: Buffer): void => {
      assert.throws(
        () => unpickle(content),
        (error) => error instanceof PickleError && wrongSize.test(error.message),
      );
    };
    read(array([size(1n << 40n)], 'f8', eight));
    read(array([size(1n << 52n), size(1n << 52n), size(1n << 52n)], 'f8', eight));
    read(array([size((1n << 64n) - 1n)], 'f8', eight));
    read(array([size(1n << 40n)], 'S0', Buffer.alloc(0)));
    read(array([size(1n << 40n)], 'V0', Buffer.alloc(0)));
    assert.doesNotThrow(() => unpickle(array([size(1n)], 'f8', eight)));
  });
});

function memoryBytes(): number {
  const { heapTotal, external } = process.memoryUsage();
  return heapTotal + external;
}

describe('pickles that grow', () => {
  /** Checks the error and bounds the memory. A failure would take seconds or gigabytes. */
  function bounded(content: Buffer, kind: PickleErrorKind, message: RegExp): void {
    const before = memoryBytes();
    refused(content, kind, message);
    const grown = memoryBytes() - before;
    assert.ok(grown < 300e6, `grew by ${grown} bytes`);
  }

  it('lists nested a million deep by APPEND are read without recursion', () => {
    const depth = 1_000_000;
    const content = pickle(']'.repeat(depth), 'a'.repeat(depth - 1), '.');
    assert.ok(Array.isArray(unpickle(content).value));
    assert.throws(() => readPickledFrame(content), PickleError);
  });

  it('nested marks', () => bounded(pickle('('.repeat(100_000), '.'), 'too-big', /nested too deeply/));

  it('a memo bomb: each list contains the previous one ten times', () => {
    const bomb = (levels: number): Buffer =>
      pickle(
        '(I1\nlq\0' + '0',
        ...Array.from({ length: levels }, (_, level) =>
          pickle('(', ...Array.from({ length: 10 }, () => pickle('h', level)), 'lq', level + 1, '0'),
        ),
        'h',
        levels,
      );
    for (const [levels, message] of [
      [20, /expands to more than/],
      [40, /expands to more than|too deeply/],
    ] as const) {
      // As data it is a few small lists; as text it would be 10^20 numbers.
      assert.ok(Array.isArray(unpickle(pickle(bomb(levels), '.')).value));
      const [column] = readPickledFrame(frameOfCells([bomb(levels)])).columns;
      const before = memoryBytes();
      assert.throws(
        () => column?.read(0, 1),
        (error) => error instanceof PickleError && error.kind === 'too-big' && message.test(error.message),
      );
      assert.ok(memoryBytes() - before < 300e6);
    }
  });

  it('a text that is converted to bytes repeatedly', () => {
    const long = 'x'.repeat(60_000);
    const content = pickle(
      'X',
      uint32(long.length),
      long,
      'q\0' + '0c_codecs\nencode\nq\x010',
      ...Array.from({ length: 20_000 }, () => pickle('h\x01h\0U\x06latin1', 0x86, 'R')),
      '.',
    );
    bounded(content, 'too-big', /expands to more than/);
  });

  it('one array as the values of ten thousand blocks', () => {
    const rows = 100_000;
    const block = pickle('h\x02(h\x01h\x03K\0K\x01K\x01', 0x87, 'RK\x02tR');
    const content = pickle(
      0x80,
      4,
      pickle(global('numpy.core.numeric', '_frombuffer'), '(B', uint32(rows), new Uint8Array(rows)),
      pickle(
        global('numpy', 'dtype'),
        text('i1'),
        0x85,
        'R(K\x01J',
        uint32(rows),
        't',
        text('C'),
        'tRq\x010',
      ),
      pickle(global('pandas._libs.internals', '_unpickle_block'), 'q\x020'),
      pickle(global('builtins', 'slice'), 'q\x030'),
      pickle(
        global('pandas', 'DataFrame'),
        ')',
        0x81,
        global('pandas.core.internals.managers', 'BlockManager'),
      ),
      pickle('((', ...Array.from({ length: 10_000 }, () => block), 'l('),
      rangeIndex(10_000),
      rangeIndex(rows),
      pickle('ltRb.'),
    );
    assert.throws(
      () => readPickledFrame(content),
      (error) => error instanceof PickleError && /claims 100000 rows of 10000 columns/.test(error.message),
    );
  });

  it('a frame of a thousand billion rows without columns', () => {
    const content = pickle(FRAME_HEAD, rangeIndex(0), rangeIndex(1e12), pickle('ltRb.'));
    assert.throws(
      () => readPickledFrame(content),
      (error) => error instanceof PickleError && /has no columns/.test(error.message),
    );
  });

  it('an index that is its own data', () => {
    const content = pickle(
      FRAME_HEAD,
      pickle(
        global('pandas.core.indexes.base', '_new_Index'),
        global('pandas', 'Index'),
        '}q\x09',
        0x86,
        'Rq\x08',
      ),
      pickle('0h\x09', text('data'), 'h\x08s0h\x08h\x08ltRb.'),
    );
    assert.throws(
      () => readPickledFrame(content),
      (error) => error instanceof PickleError && /too deeply/.test(error.message),
    );
  });
});
