import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileLogger } from '../../../cli/worker-log.js';
import { projectRoot } from '../../../common/project-root.js';

describe('the home folder', () => {
  it('is reported with the cause and the next step if it is not writable', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-home-'));
    const home = join(folder, 'file');
    writeFileSync(home, '');
    const command = execFile(process.execPath, [join(projectRoot(), 'dist', 'cli', 'main.js'), 'server'], {
      env: { ...process.env, VQI_HOME: home },
    });
    let stderr = '';
    command.stderr?.on('data', (text: string) => (stderr += text));
    const [code] = (await once(command, 'close')) as [number];
    rmSync(folder, { recursive: true });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^\S+file cannot be used for results \(EEXIST: .*set VQI_HOME to a writable folder\n$/,
    );
  });

  it(
    'does not end the worker when the disk of its log is full',
    { skip: process.platform !== 'linux' },
    async (t) => {
      const lines: string[] = [];
      t.mock.method(process.stderr, 'write', (text: string) => lines.push(text) > 0);
      fileLogger('/dev/full').warn('a step failed');
      while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.match(lines.join(''), /^warning: the log \/dev\/full is no longer written: ENOSPC/);
    },
  );
});
