import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { readSettings } from '../../cli/settings.js';
import { writeSimulation } from '../../cli/write-simulation.js';
import type { TemporalServer } from '../../server/connect.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { buildId } from '../../worker/code-version.js';
import { CONSTANT_SIMULATION } from '../constant-simulation.js';
import { testClient, testServer, testTemporalCli, until, WorkerProcess } from './worker-process.js';

const WAIT_MS = 120_000;

describe('a deployment with builds', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-deployment-'));
  const workers: WorkerProcess[] = [];
  let server: TemporalServer;
  let client: Client;
  let close: () => Promise<void>;
  let cli: string;
  let capture: string;

  before(async () => {
    const directory = join(folder, 'captures');
    await writeSimulation({ ...CONSTANT_SIMULATION, directory, sessions: 1, durationSeconds: 30 });
    capture = join(
      directory,
      readdirSync(directory).find((name) => name.endsWith('.pcap'))!,
    );
    server = await testServer(join(folder, 'temporal'));
    ({ client, close } = await testClient(server));
    cli = await testTemporalCli();
  });
  after(async () => {
    for (const worker of workers) await worker.stop();
    await close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const temporal = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)(cli, [...args, '--address', server.address])).stdout;
  const startBuild = async (home: string, build: string): Promise<WorkerProcess> => {
    const env = { VQI_DEPLOYMENT: 'vqi', VQI_BUILD_ID: build };
    const worker = await WorkerProcess.start(join(folder, home), server.address, env);
    workers.push(worker);
    return worker;
  };
  const makeCurrent = async (build: string): Promise<void> => {
    const args = [
      'worker',
      'deployment',
      'set-current-version',
      '--deployment-name',
      'vqi',
      '--build-id',
      build,
    ];
    // The server learns of a build with its first poll; here, the queues of another home's warehouse are missing.
    await until(
      () =>
        temporal(...args, '--yes', '--ignore-missing-task-queues').then(
          () => true,
          () => false,
        ),
      WAIT_MS,
      `${build} is current`,
    );
  };
  const start = (workflowId: string): Promise<WorkflowHandle> =>
    client.workflow.start('analyseCapture', { taskQueue: 'vqi', workflowId, args: [{ capture }] });
  /** Keeps the warehouse of a home open, so that a run waits in its first step there. */
  const hold = async (home: string): Promise<() => Promise<void>> => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let held: Promise<void> | undefined;
    await new Promise<void>((resolve, reject) => {
      held = withWarehouse(join(folder, home, 'warehouse.duckdb'), async () => {
        resolve();
        await released;
      });
      held.catch(reject);
    });
    return async () => {
      release();
      await held;
    };
  };
  const isWaiting = async (handle: WorkflowHandle): Promise<boolean> => {
    const { raw } = await handle.describe();
    return (raw.pendingActivities ?? []).some(({ lastFailure }) => lastFailure != null);
  };
  /** Builds that did the steps of a workflow, and processes that did its activities. */
  const doneBy = async (workflowId: string): Promise<{ builds: string[]; processes: string[] }> => {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    const builds = (events ?? []).flatMap(
      ({ workflowTaskCompletedEventAttributes: step }) => step?.deploymentVersion?.buildId ?? [],
    );
    const processes = (events ?? []).flatMap(
      ({ activityTaskStartedEventAttributes: step }) => step?.identity?.split('@')[0] ?? [],
    );
    return { builds: [...new Set(builds)], processes: [...new Set(processes)] };
  };

  it('keeps a run on its build while another one is current and gets the new runs', async () => {
    const one = await startBuild('first', 'one');
    assert.match(
      one.log,
      /build one of deployment vqi; new runs come to it after: temporal worker deployment set-/,
    );
    await makeCurrent('one');
    const release = await hold('first');
    const begun = await start('begun');
    await until(() => isWaiting(begun), WAIT_MS, 'the run waits');
    const two = await startBuild('second', 'two');
    await makeCurrent('two');
    const later = await start('later');
    await later.result();
    assert.equal((await begun.describe()).status.name, 'RUNNING');
    await release();
    await begun.result();
    const children: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query: 'ParentWorkflowId = "begun"' }))
      children.push(workflowId);
    assert.equal(children.length, 1);
    for (const id of ['begun', ...children])
      assert.deepEqual(await doneBy(id), { builds: ['one'], processes: [String(one.pid)] });
    assert.deepEqual(await doneBy('later'), { builds: ['two'], processes: [String(two.pid)] });
  });

  it('moves a run to the next build of its home where it is asked to', async () => {
    const release = await hold('second');
    const moved = await start('moved');
    await until(() => isWaiting(moved), WAIT_MS, 'the run waits');
    await workers.pop()?.stop();
    await release();
    const three = await startBuild('second', 'three');
    await makeCurrent('three');
    await temporal(
      ...[
        'workflow',
        'update-options',
        '--workflow-id',
        'moved',
        '--versioning-override-behavior',
        'auto_upgrade',
      ],
    );
    await moved.result();
    const { builds, processes } = await doneBy('moved');
    assert.deepEqual([builds.at(-1), processes.at(-1)], ['three', String(three.pid)]);
  });

  it('has a name; a build is named by version and code', () => {
    assert.match(buildId(), /^\d+\.\d+\.\d+-[0-9a-f]{16}$/);
    assert.equal(readSettings({}).deployment, undefined);
    assert.deepEqual(readSettings({ VQI_DEPLOYMENT: 'vqi' }).deployment, { name: 'vqi', buildId: undefined });
    assert.throws(
      () => readSettings({ VQI_BUILD_ID: 'one' }),
      /^Error: VQI_BUILD_ID is set, but not VQI_DEPLOYMENT/,
    );
    assert.throws(
      () => readSettings({ VQI_DEPLOYMENT: 'a.b' }),
      /^Error: VQI_DEPLOYMENT must be a name of letters/,
    );
  });
});
