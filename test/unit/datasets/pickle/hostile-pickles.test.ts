import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readPickledFrame } from '../../../../datasets/frame/read-pickled-frame.js';
import { PickleError } from '../../../../datasets/pickle/pickle-error.js';
import { unpickle } from '../../../../datasets/pickle/unpickle.js';
import { PyDict } from '../../../../datasets/pickle/values.js';
import { global, pickle, refused, text, uint32, uint64 } from './pickle-bytes.js';
import { plainPickleFixtures } from './pickle-fixtures.js';

describe('pickles that would run code', () => {
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
    'getattr of an attribute other than that of ZoneInfo': [
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
    'a global whose name is not a text': [
      pickle(0x80, 4, ']', text('system'), 0x93, '.'),
      /\(not a name\)\.system/,
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
    'a global that is popped': [
      pickle(0x80, 4, 'N0', global('os', 'system'), '0', text('x'), '.'),
      /os\.system/,
    ],
    'a persistent id': [pickle('Pmodule\n.'), /outside the file/],
    'an extension code': [pickle(0x80, 2, 0x82, 1, '.'), /extension registry/],
    'a call of a string': [pickle(0x80, 4, text('os.system'), text('x'), 0x85, 'R.'), /not a global/],
    'a call of ndarray with sizes': [
      pickle(0x80, 4, global('numpy', 'ndarray'), 'J', uint32(0x7fffffff), 0x85, 'R.'),
      /calls numpy\.ndarray/,
    ],
    'bytes of a stated length': [
      pickle(0x80, 4, global('builtins', 'bytes'), 'J', uint32(0x7fffffff), 0x85, 'R.'),
      /something other than bytes/,
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

describe('cut and damaged pickles', () => {
  it('a fixture cut at every position gives an error of kind cut, never a frame', () => {
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
    other('session_id,resolution\na,240\n', /not a pickle|not an opcode|stack is empty|needs a mark/);
    other('PAR1', /./);
    other(pickle(']a.'), /stack is empty/);
    other(pickle('I1\n.'), /contains something else, not a DataFrame/);
    other(pickle(0x80, 4, global('pandas', 'Index'), '.'), /not a DataFrame/);
    other(pickle(0x80, 4, global('pandas', 'Series'), '.'), /asks for pandas\.Series/);
  });
});

describe('opcodes that are no longer used for DataFrames', () => {
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
