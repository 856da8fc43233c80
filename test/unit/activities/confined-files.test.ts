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
      // A line to copy: what is allowed stays allowed.
      message: `${at('two', 'x')} is not in a folder that this worker reads (${at('data')}, ${at('home')}): start the worker, or the command, with VQI_INPUT_ROOTS=${at('data')}:${at('two', 'x')} vqi …, or name it in a vqi command on the worker's machine`,
    };
    await files.requireInputs([at('one', 'x'), at('data', 'x'), at('home')]);
    symlinkSync(at('six', 'a.pcap'), at('one', 'link'));
    await assert.rejects(files.requireInputs([at('one', 'link')]), {
      message: new RegExp(
        `link \\(a link to .*six/a\\.pcap\\) .* VQI_INPUT_ROOTS=${at('data')}:${at('six')} vqi`,
      ),
    });
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

test('objects are allowed below the prefixes that are roots or that a command named, and nowhere else', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vqi-confined-')));
  try {
    const home = join(folder, 'home');
    mkdirSync(home);
    const files = new ConfinedFiles(home, [folder, 's3://captures/day1']);
    await files.requireInputs(['s3://captures/day1', 's3://captures/day1/', 's3://captures/day1/a/b.pcap']);
    for (const path of [
      's3://captures',
      's3://captures/day10',
      's3://captures/day1/../secret',
      's3://captures/day1/a/../../../captures/day2',
      's3://captures-day1',
      's3://day1/captures/day1',
      's3:///captures/day1',
      's3://',
    ])
      await assert.rejects(
        files.requireInputs([path]),
        { name: 'PathNotAllowedError', message: /^s3:\S* .*is not in a folder that this worker reads/ },
        path,
      );
    await addNamedPaths(home, [
      { kind: 'input', path: 's3://named/x.pcap' },
      { kind: 'output', path: 's3://out/x' },
    ]);
    await files.requireInputs(['s3://named/x.pcap']);
    await assert.rejects(files.requireInputs(['s3://named/x.pcap2']), { name: 'PathNotAllowedError' });
    // A bucket is no folder, whatever a folder is called.
    mkdirSync(join(folder, 's3:', 'other'), { recursive: true });
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      await assert.rejects(files.requireInputs(['s3://other/x']), { name: 'PathNotAllowedError' });
    } finally {
      process.chdir(cwd);
    }
    await assert.rejects(files.requireOutputs(['s3://out/x']), {
      message: 's3://out/x: results are written to folders, not to buckets; name a folder',
    });
    await assert.rejects(files.requireOwn(['s3://out/x']), { name: 'PathNotAllowedError' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
