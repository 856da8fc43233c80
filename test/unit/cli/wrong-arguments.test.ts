import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';

const main = join(projectRoot(), 'dist', 'cli', 'main.js');

describe('a wrong argument', () => {
  const cases: [string, string[], RegExp][] = [
    [
      'a value that is not one of the choices',
      ['analyse', 'x', '--align', 'epcoh'],
      /'--align <what>'.*session, epoch/,
    ],
    ['an empty run id', ['analyse', 'x', '--run-id', ''], /'--run-id <id>'.*1 to 150 characters/],
    ['a mistyped command', ['analyze', 'x'], /unknown command 'analyze'\n\(Did you mean analyse\?\)/],
    [
      'a file that is not a model',
      ['export-model', main],
      /main\.js: not a vqi-model file: .*name the model\.json/,
    ],
    ['a missing model file', ['export-model', 'gone.json'], /^gone\.json: ENOENT: .*name the model\.json/],
  ];
  for (const [name, args, message] of cases) {
    it(`is reported in a few lines, before anything is started: ${name}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'vqi-wrong-'));
      const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
      const left = readdirSync(folder);
      rmSync(folder, { recursive: true });
      assert.equal(status, 1);
      assert.match(stderr, message);
      assert.ok(stderr.trim().split('\n').length <= 4, stderr);
      assert.deepEqual(left, []);
    });
  }
});
