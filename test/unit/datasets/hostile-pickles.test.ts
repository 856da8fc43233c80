import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readPickledFrame } from '../../../domain/datasets/frame/read-pickled-frame.js';
import { PickleError, type PickleErrorKind } from '../../../domain/datasets/pickle/pickle-error.js';
import { unpickle } from '../../../domain/datasets/pickle/unpickle.js';
import { PyDict } from '../../../domain/datasets/pickle/values.js';
import { plainPickleFixtures } from './pickle-fixtures.js';

/** A pickle written by hand: text as Latin-1, numbers as bytes. */
function pickle(...parts: readonly (string | number | Uint8Array)[]): Buffer {
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

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** SHORT_BINUNICODE. */
const text = (value: string): Buffer => pickle(0x8c, Buffer.byteLength(value), value);
const global = (module: string, name: string): Buffer => pickle(text(module), text(name), 0x93);

function refused(content: Uint8Array, kind: PickleErrorKind, message: RegExp): void {
  for (const read of [unpickle, readPickledFrame]) {
    assert.throws(
      () => read(content),
      (error: unknown) => error instanceof PickleError && error.kind === kind && message.test(error.message),
    );
  }
}

describe('pickles that would run something', () => {
  const marker = join(tmpdir(), `vqi-pickle-was-run-${process.pid}`);
  const command = `touch ${marker}`;
  const programs: Readonly<Record<string, readonly [Buffer, RegExp]>> = {
    'os.system by GLOBAL and REDUCE': [
      pickle(`cos\nsystem\n(S'${command}'\ntR.`),
      /asks for os\.system, which no DataFrame needs.* at byte 0$/,
    ],
    'posix.system by STACK_GLOBAL': [
      pickle(0x80, 4, global('posix', 'system'), text(command), 0x85, 'R.'),
      /posix\.system.* at byte 17$/,
    ],
    'subprocess.Popen by INST': [pickle(`(S'${command}'\nisubprocess\nPopen\n.`), /subprocess\.Popen/],
    'builtins.eval': [
      pickle(0x80, 2, `cbuiltins\neval\n(U`, command.length, command, 'tR.'),
      /builtins\.eval.* at byte 2$/,
    ],
    'builtins.exec of Python 2': [pickle(`c__builtin__\nexec\n(S'x'\ntR.`), /__builtin__\.exec/],
    'builtins.__import__ by OBJ': [pickle(`(c__builtin__\n__import__\nS'os'\no.`), /__builtin__\.__import__/],
    'an attribute of an allowed global': [
      pickle(0x80, 4, global('pandas', 'DataFrame.eval'), '.'),
      /pandas\.DataFrame\.eval/,
    ],
    'getattr to an attribute that is not the one of ZoneInfo': [
      pickle(0x80, 4, global('builtins', 'getattr'), global('pandas', 'DataFrame'), text('eval'), 0x86, 'R.'),
      /attribute eval of pandas\.DataFrame/,
    ],
    'getattr of getattr': [
      pickle(
        0x80,
        4,
        global('builtins', 'getattr'),
        global('builtins', 'getattr'),
        text('__self__'),
        0x86,
        'R.',
      ),
      /attribute __self__ of builtins\.getattr/,
    ],
    'pandas.read_pickle of another file': [
      pickle(0x80, 4, global('pandas', 'read_pickle'), text('/etc/passwd'), 0x85, 'R.'),
      /pandas\.read_pickle/,
    ],
    'numpy.load with pickles allowed': [pickle(0x80, 4, global('numpy', 'load'), ')R.'), /numpy\.load/],
    'codecs other than encode': [pickle(0x80, 4, global('_codecs', 'decode'), ')R.'), /_codecs\.decode/],
    'a global with a name that is made on the way': [
      pickle(0x80, 4, ']', text('system'), 0x93, '.'),
      /\(no text\)\.system/,
    ],
    'a global in the state of an allowed object': [
      pickle(
        0x80,
        4,
        global('pandas', 'DataFrame'),
        ')',
        0x81,
        '}',
        text('_mgr'),
        global('os', 'system'),
        'sb.',
      ),
      /os\.system/,
    ],
    'a call as the argument of a call, twice': [
      pickle(
        0x80,
        4,
        global('numpy', 'dtype'),
        global('_codecs', 'encode'),
        global('nt', 'system'),
        text(command),
        0x85,
        'R',
        0x85,
        'R',
        0x85,
        'R.',
      ),
      /nt\.system/,
    ],
    'a global behind what was popped': [
      pickle(0x80, 4, 'N0', global('os', 'system'), '0', text('x'), '.'),
      /os\.system/,
    ],
    'a persistent id': [pickle('Pmodule\n.'), /outside the file/],
    'an extension code': [pickle(0x80, 2, 0x82, 1, '.'), /extension registry/],
    'a call of a string': [pickle(0x80, 4, text('os.system'), text('x'), 0x85, 'R.'), /no global/],
    'a call of ndarray with sizes': [
      pickle(0x80, 4, global('numpy', 'ndarray'), 'J', uint32(0x7fffffff), 0x85, 'R.'),
      /calls numpy\.ndarray/,
    ],
    'bytes of a stated length': [
      pickle(0x80, 4, global('builtins', 'bytes'), 'J', uint32(0x7fffffff), 0x85, 'R.'),
      /something else than given bytes/,
    ],
  };
  for (const [name, [content, message]] of Object.entries(programs)) {
    it(name, () => {
      rmSync(marker, { force: true });
      refused(content, 'refused', message);
      assert.equal(existsSync(marker), false);
    });
  }
});

describe('pickles that lie about sizes', () => {
  const huge = 1n << 62n;
  const cases: Readonly<Record<string, readonly [Buffer, PickleErrorKind, RegExp]>> = {
    'bytes of 2^62': [
      pickle(0x80, 4, 0x8e, uint64(huge), '.'),
      'cut',
      /length of 4611686018427387904 bytes where 1 are/,
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
    'a memo place far away': [
      pickle('Nr', uint32(0xfffffff0), '.'),
      'too-big',
      /memo has no place 4294967280/,
    ],
    'a memo place of many digits': [pickle('Np99999999999999999999\n.'), 'too-big', /memo has no place/],
    'a memo place that holds nothing': [pickle('h', 7, '.'), 'damaged', /memo holds nothing at 7/],
    'a line without end': [pickle('I', '1'.repeat(10_000)), 'damaged', /longer than 4096/],
    'an unknown protocol': [pickle(0x80, 200, 'N.'), 'unsupported', /protocol 200/],
  };
  for (const [name, [content, kind, message]] of Object.entries(cases)) {
    it(name, () => refused(content, kind, message));
  }

  it('arrays whose shape is not that of their bytes, also where the product overflows or items have no width', () => {
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
    const lies = /comes with \d+ bytes|are not read|no tuple of sizes/;
    const read = (content: Buffer): void => {
      assert.throws(
        () => unpickle(content),
        (error) => error instanceof PickleError && lies.test(error.message),
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
  /** Seconds of work or gigabytes of memory would show; what is asserted is the error and the bound on memory. */
  function bounded(content: Buffer, kind: PickleErrorKind, message: RegExp): void {
    const before = memoryBytes();
    refused(content, kind, message);
    const grown = memoryBytes() - before;
    assert.ok(grown < 300e6, `grew by ${grown} bytes`);
  }

  it('lists in lists, a million deep, by APPEND: not one level of recursion', () => {
    const depth = 1_000_000;
    const content = pickle(']'.repeat(depth), 'a'.repeat(depth - 1), '.');
    assert.ok(Array.isArray(unpickle(content).value));
    assert.throws(() => readPickledFrame(content), PickleError);
  });

  it('marks in marks', () => bounded(pickle('('.repeat(100_000), '.'), 'too-big', /nested too deeply/));

  it('a memo bomb: lists that each hold the one before ten times', () => {
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

  it('a text that is spelled into bytes again and again', () => {
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
    const content = pickle(
      0x80,
      4,
      pickle(
        global('pandas', 'DataFrame'),
        ')',
        0x81,
        global('pandas.core.internals.managers', 'BlockManager'),
      ),
      pickle('((l('),
      rangeIndex(0),
      rangeIndex(1e12),
      pickle('ltRb.'),
    );
    assert.throws(
      () => readPickledFrame(content),
      (error) => error instanceof PickleError && /has no columns/.test(error.message),
    );
  });

  it('an index that is its own data', () => {
    const content = pickle(
      0x80,
      4,
      pickle(
        global('pandas', 'DataFrame'),
        ')',
        0x81,
        global('pandas.core.internals.managers', 'BlockManager'),
      ),
      pickle('((l('),
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

describe('cut and damaged pickles', () => {
  it('every fixture, cut at every place: an error that says so, never a frame', () => {
    const [fixture] = plainPickleFixtures().filter(
      ({ version, name }) => version === '2.3.3' && name === 'objects.p5.pkl',
    );
    assert.ok(fixture);
    const whole = readFileSync(fixture.path);
    for (let length = 0; length < whole.length; length++) {
      assert.throws(
        () => readPickledFrame(whole.subarray(0, length)),
        (error) => error instanceof PickleError && error.kind === 'cut',
        `cut to ${length} bytes`,
      );
    }
  });

  it('other files', () => {
    const other = (content: string | Buffer, message: RegExp): void =>
      assert.throws(
        () => readPickledFrame(Buffer.from(content)),
        (error) => error instanceof PickleError && message.test(error.message),
      );
    other('', /ends early/);
    other('session_id,resolution\na,240\n', /no pickle|no opcode|stack empty|no mark/);
    other('PAR1', /./);
    other(pickle(']a.'), /stack empty/);
    other(pickle('I1\n.'), /holds something else, not a DataFrame/);
    other(pickle(0x80, 4, global('pandas', 'Index'), '.'), /not a DataFrame/);
    other(pickle(0x80, 4, global('pandas', 'Series'), '.'), /asks for pandas\.Series/);
  });
});

describe('opcodes that today no DataFrame is written with', () => {
  const value = (...parts: readonly (string | number | Uint8Array)[]): unknown =>
    unpickle(pickle(...parts)).value;

  it('reads them as CPython documents them (Lib/pickletools.py)', () => {
    assert.equal(value('I01\n.'), true);
    assert.equal(value('I00\n.'), false);
    assert.equal(value('L-7L\n.'), -7);
    assert.equal(value('F1.5e3\n.'), 1500);
    assert.equal(value('L9223372036854775808L\n.'), 9223372036854775808n);
    assert.equal(value(0x80, 2, 0x8a, 2, 0x00, 0x80, '.'), -32768);
    assert.equal(value(0x80, 2, 0x8a, 9, uint64(1n << 63n), 0, '.'), 1n << 63n);
    assert.equal(value('V\\u00e9\\U0001f600x\n.'), 'é😀x');
    assert.equal(value("S'a\\x41\\n\\'\\101'\n."), "aA\n'A");
    assert.deepEqual(value('(I1\nI2\nt.'), [1, 2]);
    assert.deepEqual(value('(I1\nI2\n1I3\n.'), 3);
    assert.deepEqual(value('I1\n2\x86.'), [1, 1]);
    assert.deepEqual(value('(N0I5\n.'), 5);
    const dict = value("(S'a'\nI1\nS'b'\nI2\nd.");
    assert.ok(dict instanceof PyDict);
    assert.deepEqual(
      [...dict],
      [
        ['a', 1],
        ['b', 2],
      ],
    );
    assert.deepEqual(value(0x80, 4, 0x8f, '(I1\n', 0x90, '.'), [1]);
  });
});

/** A RangeIndex of a length, as pandas 3 writes it. */
function rangeIndex(length: number): Buffer {
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

/** A frame of one column of objects. */
function frameOfCells(cells: readonly Buffer[]): Buffer {
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
