import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';

it('a compute thread changes options only of an engine that has them', () => {
  const module = new URL('../../../worker/compute-thread.js', import.meta.url).href;
  const script = `await import('${module}'); console.log('loaded');`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  // V8 tells of options that it does not know, and goes on.
  assert.deepEqual({ stdout, stderr }, { stdout: 'loaded\n', stderr: '' });
});
