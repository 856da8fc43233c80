import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileLogger } from '../../../cli/worker-log.js';
import { repositoryRoot } from '../../shared-data.js';

describe('the home folder', () => {
  it('is named with the cause and the way out where nothing can be written to it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-home-'));
    const home = join(folder, 'file');
    writeFileSync(home, '');
    const command = execFile(process.execPath, [join(repositoryRoot(), 'dist', 'cli', 'main.js'), 'server'], {
      env: { ...process.env, VQI_HOME: home },
    });
    let said = '';
    command.stderr?.on('data', (text: string) => (said += text));
    const [code] = (await once(command, 'close')) as [number];
    rmSync(folder, { recursive: true });
    assert.equal(code, 1);
    assert.match(said, /^\S+file cannot be used for results \(EEXIST: .*VQI_HOME\n$/);
  });

  it(
    'does not end the worker when its log has no room',
    { skip: process.platform !== 'linux' },
    async (t) => {
      const said: string[] = [];
      t.mock.method(process.stderr, 'write', (text: string) => said.push(text) > 0);
      fileLogger('/dev/full').warn('a step failed');
      while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.match(said.join(''), /^warning: \/dev\/full is not written to any more: ENOSPC/);
    },
  );
});
