import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { homePaths } from '../../activities/dependencies.js';
import { rootCause } from '../../cli/root-cause.js';
import { readServerRecord } from '../../server/server-record.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { recordModel } from '../../warehouse/runs/record.js';
import { registerRun } from '../../warehouse/runs/register-run.js';
import { allRuns, setRunState } from '../../warehouse/runs/searches.js';
import { TASK_QUEUE } from '../../workflows/ids.js';
import { testClient, testServer, until, WorkerProcess } from './worker-process.js';

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
      await until(
        () => /"level":"warn".*"msg":"gRPC call poll_\w+ retried /.test(worker.log),
        60_000,
        'the worker warns',
      );
      assert.equal(worker.results, '');
    } finally {
      await worker.kill();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('ends with the server that the worker started: another one at its address has other runs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-owned-'));
    const home = join(folder, 'home');
    const worker = await WorkerProcess.start(home, '');
    try {
      const { record } = await readServerRecord(join(home, 'temporal'));
      assert.ok(record?.address != null);
      const other = await WorkerProcess.start(join(folder, 'other'), record.address);
      process.kill(record.serverPid, 'SIGKILL');
      assert.equal(await worker.exitCode(), 1, worker.log);
      assert.match(
        worker.log,
        new RegExp(`"the Temporal server at ${record.address} has ended; .*: start a worker again`),
      );
      assert.equal(existsSync(join(home, 'worker.lock')), false, 'the worker has ended properly');
      // The user named its server: it waits until that one is back.
      await until(() => /gRPC call poll_\w+ retried /.test(other.log), 60_000, 'the other worker waits');
      assert.equal(other.isRunning, true, other.log);
      await other.kill();
    } finally {
      await worker.kill();
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

describe('the folder of a run', { timeout: 120_000 }, () => {
  it('is replaced by a build that was finished before a kill, and by nothing else that is not asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-folders-'));
    const paths = homePaths(join(folder, 'home'));
    const server = await testServer(join(folder, 'temporal'));
    const { client, close } = await testClient(server);
    const write = (runId: string, text: string): void => {
      mkdirSync(paths.run(runId), { recursive: true });
      writeFileSync(join(paths.run(runId), 'report.html'), text);
    };
    const read = (runId: string): string => readFileSync(join(paths.run(runId), 'report.html'), 'utf8');
    await withWarehouse(paths.warehouse, async (warehouse) => {
      // As they are after a kill between the commit and the move of the folders; `kept` was not yet to be finished.
      for (const runId of ['cv', 'cv/part-1', 'kept', 'kept (replacing)', 'kept (replacing)/part-1'])
        await registerRun(warehouse, { runId, config: {}, simulated: false }, []);
      for (const runId of ['cv', 'cv/part-1', 'kept']) await setRunState(warehouse, runId, 'completed');
      await recordModel(warehouse, {
        ...{ modelId: 'm', runId: 'kept', trial: 1, family: 'majority', setting: {}, artifactPath: '' },
        ...{ artifactSha256: '', trainingSha256: '', trainingRows: 1, trainingSessions: 1, featureCount: 1 },
        ...{ classesPx: [240], choice: null, isBaseline: true, metrics: {}, kind: 'real', origins: [] },
        judge: null,
      });
    });
    for (const runId of ['cv', 'cv/part-1', 'kept', 'foreign']) write(runId, 'old');
    for (const runId of ['cv', 'kept']) {
      write(`${runId} (replacing)`, 'new');
      write(`${runId} (replacing)/part-1`, 'new');
    }
    const worker = await WorkerProcess.start(join(folder, 'home'), server.address);
    try {
      assert.match(worker.log, /finished what an ended worker had begun: run cv is replaced/);
      assert.match(worker.log, /run kept stays as it is: what was built to replace it is removed/);
      assert.deepEqual([read('cv'), read('cv/part-1'), read('kept')], ['new', 'new', 'old']);
      assert.equal(readdirSync(paths.runs).length, 4);

      const refusal = async (workflowId: string, memo = {}): Promise<string> => {
        const options = { taskQueue: TASK_QUEUE, workflowId, args: [{}], memo };
        return await client.workflow.execute('analyseCapture', options).then(String, rootCause);
      };
      assert.match(await refusal('foreign'), /foreign has the results of a run foreign that this warehouse/);
      // Before anything is built, the run fails: it has no capture.
      assert.match(await refusal('foreign', { replace: true }), /capture/);
      assert.match(await refusal('kept', { replace: true }), /its model m would be lost, because analyseC/);
      assert.match(await refusal('a (replacing)/part-1'), /must not contain " \(replacing\)"/);
      assert.deepEqual([read('foreign'), read('kept')], ['old', 'old']);
    } finally {
      await worker.stop();
      await close();
      await server.stop();
    }
    const runs = await withWarehouse(paths.warehouse, allRuns);
    assert.deepEqual(runs, ['cv', 'cv/part-1', 'kept']);
    rmSync(folder, { recursive: true, force: true });
  });
});
