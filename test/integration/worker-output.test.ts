import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

  it('says what an earlier worker left, and how much of it was removed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-left-'));
    const home = join(folder, 'home');
    const server = await testServer(join(folder, 'temporal'));
    const write = (bytes: number, ...path: string[]): void => {
      const file = join(home, ...path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, Buffer.alloc(bytes));
    };
    write(1500, 'artifacts', '.model-1-2.tmp');
    write(500, 'artifacts', '.dataset-1-2.tmp.content');
    write(10, 'artifacts', 'model-0123456789abcdef.json');
    write(2_000_000, 'decoded', '.capture-1-2.tmp', 'packets.columns');
    writeFileSync(join(home, 'decoded', 'note'), 'no folder');
    write(250_000, 'decoded', '0123456789abcde', 'packets.columns');
    writeFileSync(join(home, 'decoded', '0123456789abcde', 'workflow'), 'nobody/ingest-a');
    mkdirSync(join(home, 'runs', 'empty'), { recursive: true });
    write(3000, 'runs', 'moved', 'report.html');
    const worker = await WorkerProcess.start(home, server.address);
    try {
      assert.match(worker.log, /removed 2 unfinished artifacts that an ended worker left \(2 kB\)/);
      assert.match(worker.log, /removed 3 decoded captures that an ended worker left \(2\.3 MB\)/);
      assert.match(
        worker.log,
        /1 folder belongs to no run of this warehouse \(3 kB\), for example .*moved: /,
      );
      assert.deepEqual(readdirSync(join(home, 'artifacts')), ['model-0123456789abcdef.json']);
      assert.deepEqual(readdirSync(join(home, 'decoded')), []);
      assert.deepEqual(readdirSync(join(home, 'runs')), ['moved']);
    } finally {
      await worker.stop();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
