import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { writeSimulation } from '../../cli/write-simulation.js';
import { projectRoot } from '../../common/project-root.js';
import type { TrialStatus } from '../../workflows/progress.js';
import type { PipelineProgress, PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { CONSTANT_SIMULATION } from '../constant-simulation.js';
import { until, WorkerProcess } from '../integration/worker-process.js';
import { Cluster } from './cluster.js';
import { findPrograms } from './programs.js';

const STEP_MS = 300_000;
const programs = findPrograms();
const isRoot = process.getuid?.() === 0;

/**
 * Temporal on PostgreSQL, versitygw, one worker with the warehouse and two that compute. On Linux as root, each of these has a
 * mount namespace in which the captures and the homes of the others are empty; else it only may not read them.
 */
describe('a cluster', { timeout: 3_600_000, skip: typeof programs === 'string' && programs }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-cluster-'));
  const at = (...names: string[]): string => join(folder, ...names);
  const opened: (() => Promise<void>)[] = [];
  let cluster: Cluster;
  let client: Client;
  let model: Buffer;
  let single: PipelineResult;
  let singleMs = 0;
  const config = {
    source: { kind: 'captures', directory: at('data') },
    holdoutShare: 0.3,
    parallelCaptures: 4,
    search: { trials: 10, folds: 4, parallelTrials: 4, families: ['random-forest', 'extra-trees'] },
  };

  before(async () => {
    if (typeof programs === 'string') return;
    cluster = await Cluster.start(folder, programs);
    opened.push(() => cluster.stop());
    const connection = await Connection.connect({ address: cluster.address });
    opened.push(() => connection.close());
    client = new Client({ connection });
    await writeSimulation({
      ...CONSTANT_SIMULATION,
      directory: at('data'),
      seed: 7,
      sessions: 20,
      durationSeconds: 240,
    });
    const worker = await start('single');
    const begun = performance.now();
    single = (await (await run('single')).result()) as PipelineResult;
    singleMs = performance.now() - begun;
    await worker.stop();
    model = readFileSync(at('single', 'runs', 'single', 'model.json'));
  });
  after(async () => {
    for (const close of opened.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (workflowId: string): Promise<WorkflowHandle> =>
    client.workflow.start('videoQualityPipeline', { taskQueue: 'vqi', workflowId, args: [config] });
  const start = (
    home: string,
    options: Partial<Parameters<typeof WorkerProcess.start>[3]> = {},
    env: Record<string, string> = {},
  ): Promise<WorkerProcess> => {
    mkdirSync(at(home), { recursive: true });
    return WorkerProcess.start(at(home), cluster.address, env, options);
  };
  const owner = (t: TestContext): Promise<WorkerProcess> =>
    stopped(t, start('owner', { args: ['--role', 'warehouse'] }, cluster.env));
  const computer = async (
    t: TestContext,
    home: string,
    env: Record<string, string> = {},
  ): Promise<WorkerProcess> => {
    const others = ['data', 'single', 'owner', 'left', 'right'].filter((name) => name !== home);
    for (const name of others) mkdirSync(at(name), { recursive: true });
    const hide = others.map((name) => `mount -t tmpfs none '${at(name)}'`).join(' && ');
    const hidden = isRoot ? ['unshare', '-m', 'sh', '-c', `${hide} && exec "$@"`, 'sh'] : [];
    return await stopped(
      t,
      start(
        home,
        { args: ['--role', 'compute'], before: hidden },
        {
          ...cluster.env,
          VQI_INPUT_ROOTS: at(home),
          ...env,
        },
      ),
    );
  };
  const stopped = async (t: TestContext, starting: Promise<WorkerProcess>): Promise<WorkerProcess> => {
    const worker = await starting;
    t.after(() => worker.stop());
    return worker;
  };
  const assertSame = (runId: string, result: PipelineResult): void => {
    // The place among other models depends on the runs before; the files are in another home.
    const alike = (each: PipelineResult): object => ({ ...each, runId: '', files: [], standing: null });
    assert.deepEqual(alike(result), alike(single));
    assert.deepEqual(readFileSync(at('owner', 'runs', runId, 'model.json')), model);
    assert.deepEqual(readFileSync(join(cluster.objects, 'runs', runId, 'model.json')), model);
    const left = join(cluster.objects, 'decoded');
    assert.deepEqual(existsSync(left) ? readdirSync(left) : [], []);
  };
  const trials = async (handle: WorkflowHandle): Promise<TrialStatus[]> =>
    handle.query<TrialStatus[]>('trials').catch(() => []);

  it('makes the model of one machine; what it moves and how long it takes is printed', async (t) => {
    await owner(t);
    await Promise.all([computer(t, 'left'), computer(t, 'right')]);
    const { sentBytes, receivedBytes, requests } = cluster.faults;
    const begun = performance.now();
    assertSame('plain', (await (await run('plain')).result()) as PipelineResult);
    const seconds = (performance.now() - begun) / 1000;
    t.diagnostic(
      `one machine ${(singleMs / 1000).toFixed(1)} s, three ${seconds.toFixed(1)} s; to the store ${megabytes(cluster.faults.sentBytes - sentBytes)}, from it ${megabytes(cluster.faults.receivedBytes - receivedBytes)}, ${cluster.faults.requests - requests} requests`,
    );
  });

  it('needs little longer with the store than without, all on one machine: how much is printed', async (t) => {
    const times: Record<string, number[]> = { without: [], with: [] };
    for (const round of [1, 2])
      for (const [kind, env] of [
        ['without', {}],
        ['with', { ...cluster.env, VQI_STORE: `s3://vqi/overhead-${round}` }],
      ] as const) {
        const worker = await start(`${kind}-${round}`, {}, env);
        const begun = performance.now();
        await (await run(`${kind}-${round}`)).result();
        times[kind]!.push(performance.now() - begun);
        await worker.stop();
      }
    const [without, withStore] = ['without', 'with'].map((kind) => Math.min(...times[kind]!));
    t.diagnostic(
      `without ${(without! / 1000).toFixed(1)} s, with ${(withStore! / 1000).toFixed(1)} s: ${((withStore! / without! - 1) * 100).toFixed(0)} %`,
    );
  });

  it('loses nothing if a computing worker is killed while captures are decoded, and again in trials', async (t) => {
    await owner(t);
    const [left] = await Promise.all([computer(t, 'left'), computer(t, 'right')]);
    const handle = await run('killed');
    const isIngesting = async (): Promise<boolean> =>
      (await handle.query<PipelineProgress>('progress').catch(() => null))?.stage === 'ingesting';
    await until(isIngesting, STEP_MS, 'captures are read');
    await delay(500);
    await left.kill();
    const again = await computer(t, 'left');
    await until(
      async () => (await trials(handle)).some(({ state }) => state !== 'waiting'),
      STEP_MS,
      'trials run',
    );
    await again.kill();
    assertSame('killed', (await handle.result()) as PipelineResult);
  });

  it('loses nothing if the Temporal server is killed', async (t) => {
    await owner(t);
    await computer(t, 'left');
    const handle = await run('server-killed');
    await until(async () => (await trials(handle)).length > 0, STEP_MS, 'the search begins');
    await cluster.killTemporal();
    await delay(3000);
    await cluster.startTemporal();
    assertSame('server-killed', (await handle.result()) as PipelineResult);
  });

  it('loses nothing if the store fails one call in five, and is slow', async (t) => {
    await owner(t);
    await Promise.all([computer(t, 'left'), computer(t, 'right')]);
    t.after(() => cluster.faults.be({}));
    cluster.faults.be({ failEvery: 5, delayMs: 50 });
    const failed = cluster.faults.failed;
    assertSame('unreliable', (await (await run('unreliable')).result()) as PipelineResult);
    assert.ok(cluster.faults.failed > failed + 10);
  });

  it('loses nothing if the store is away for a minute', async (t) => {
    await owner(t);
    await Promise.all([computer(t, 'left'), computer(t, 'right')]);
    t.after(() => cluster.faults.be({}));
    const handle = await run('away');
    await until(async () => (await trials(handle)).length > 0, STEP_MS, 'the search begins');
    cluster.faults.be({ isAway: true });
    await delay(60_000);
    cluster.faults.be({});
    assertSame('away', (await handle.result()) as PipelineResult);
  });

  it('refuses a worker of another build, in one clear error', async (t) => {
    await owner(t);
    const root = at('other-build');
    writeOtherBuild(root);
    await assert.rejects(
      start('third', { args: ['--role', 'compute'], root }, cluster.env),
      /this worker is build .*, and that of the warehouse is .*: install the same version/,
    );
  });

  const [faketime] = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu']
    .map((libraries) => join(libraries, 'faketime', 'libfaketime.so.1'))
    .filter((path) => existsSync(path));
  it(
    'makes the same model if a clock is an hour off',
    { skip: faketime === undefined && 'faketime is not installed' },
    async (t) => {
      await owner(t);
      await computer(t, 'left', { LD_PRELOAD: faketime!, FAKETIME: '+1h', DONT_FAKE_MONOTONIC: '1' });
      assertSame('clock', (await (await run('clock')).result()) as PipelineResult);
    },
  );
});

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Copies the program, with a change in what it learns by. */
function writeOtherBuild(root: string): void {
  mkdirSync(root);
  for (const name of ['dist', 'package.json', 'services', 'sql'])
    cpSync(join(projectRoot(), name), join(root, name), { recursive: true });
  symlinkSync(join(projectRoot(), 'node_modules'), join(root, 'node_modules'));
  appendFileSync(join(root, 'dist', 'learning', 'search', 'choose-trial.js'), '// another build\n');
}
