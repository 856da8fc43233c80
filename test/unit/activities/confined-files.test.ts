import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { ConfinedFiles } from '../../../activities/confined-files.js';
import { addNamedPaths } from '../../../activities/named-paths.js';

test('paths are allowed as soon as a command names them or a root leads to them, and no sooner', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vqi-confined-')));
  try {
    const at = (...names: string[]): string => join(folder, ...names);
    for (const name of ['home', 'one', 'two', 'six']) mkdirSync(at(name));
    symlinkSync(at('one'), at('data'));
    const files = new ConfinedFiles(at('home'), [at('data')]);
    const refused = {
      name: 'PathNotAllowedError',
      message: /two\/x is not in a folder that this worker reads/,
    };
    await files.requireInputs([at('one', 'x'), at('data', 'x'), at('home')]);
    await assert.rejects(files.requireInputs([at('one', 'x'), at('two', 'x')]), refused);
    rmSync(at('data'));
    symlinkSync(at('two'), at('data'));
    await files.requireInputs([at('data', 'x'), at('two', 'x')]);
    await assert.rejects(files.requireOutputs([at('six', 'x')]), { name: 'PathNotAllowedError' });
    await addNamedPaths(at('home'), [{ kind: 'output', path: at('six') }]);
    await files.requireOutputs([at('six', 'x')]);
    await assert.rejects(files.requireInputs([at('six', 'x')]), { name: 'PathNotAllowedError' });

    // The file is read again only if it has another time or size.
    const named = at('home', 'named-paths.jsonl');
    const { atime, mtime } = statSync(named);
    utimesSync(named, atime, mtime);
    await files.requireOutputs([at('six', 'x')]);
    writeFileSync(named, `\n${JSON.stringify({ kind: 'output', path: at('one') })}\n`);
    utimesSync(named, atime, mtime);
    await files.requireOutputs([at('six', 'x')]);
    await addNamedPaths(at('home'), [{ kind: 'output', path: at('two') }]);
    await assert.rejects(files.requireOutputs([at('six', 'x')]), { name: 'PathNotAllowedError' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
