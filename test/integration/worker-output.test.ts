import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readServerRecord } from '../../server/server-record.js';
import { testServer, until, WorkerProcess } from './worker-process.js';

describe('the log of a worker', { timeout: 120_000 }, () => {
  it('goes to standard error when the server is gone, including that of its native part', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-output-'));
    const stateDir = join(folder, 'temporal');
    const server = await testServer(stateDir);
    const worker = await WorkerProcess.start(join(folder, 'home'), server.address);
    try {
      const { record } = await readServerRecord(stateDir);
      assert.ok(record !== null);
      process.kill(record.serverPid, 'SIGKILL');
      await until(() => / WARN gRPC call poll_\w+ retried .*: /.test(worker.log), 60_000, 'the worker warns');
      assert.equal(worker.results, '');
    } finally {
      await worker.kill();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
