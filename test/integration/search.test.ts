import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { rootCause } from '../../cli/root-cause.js';
import { deserialiseModel } from '../../domain/models/serialise.js';
import type { TemporalServer } from '../../server/connect.js';
import { freePort } from '../../server/free-port.js';
import { readServerRecord } from '../../server/server-record.js';
import { withWarehouse, type SqlRow } from '../../warehouse/connection.js';
import type { RetryTrialResult } from '../../workflows/retry-trial.js';
import type { TrialStatus } from '../../workflows/trial-search.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { repositoryRoot } from '../shared-data.js';
import { writeSmallDataset } from './small-dataset.js';
import { testClient, testServer, until, WorkerProcess } from './worker-process.js';

const CHECK_TIMEOUT_MS = 180_000;

describe('the search, on a real server with a real worker', { timeout: 900_000 }, () => {
  let folder = '';
  let port = 0;
  let server: TemporalServer;
  let client: Client;
  let closeClient = (): Promise<void> => Promise.resolve();
  let worker: WorkerProcess | null = null;

  const startWorker = async (home: string): Promise<WorkerProcess> => {
    await worker?.stop();
    worker = await WorkerProcess.start(join(folder, home), server.address);
    return worker;
  };
  const start = (workflowId: string, type: string, input: unknown): Promise<WorkflowHandle> =>
    client.workflow.start(type, { taskQueue: 'vqi', workflowId, args: [input] });
  const trialsOf = (handle: WorkflowHandle): Promise<TrialStatus[]> => handle.query<TrialStatus[]>('trials');
  const isTraining = async (workflowId: string): Promise<boolean> => {
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    return (raw.pendingActivities ?? []).some(({ lastStartedTime }) => Boolean(lastStartedTime));
  };
  /** Between two activities: a worker has the file for itself while one runs. */
  const query = async (home: string, sql: string): Promise<SqlRow[]> => {
    let rows: SqlRow[] = [];
    await until(
      async () => {
        try {
          rows = await withWarehouse(join(folder, home, 'warehouse.duckdb'), (warehouse) =>
            warehouse.rows(sql),
          );
          return true;
        } catch (error) {
          if (/Conflicting lock/.test(String(error))) return false;
          throw error;
        }
      },
      CHECK_TIMEOUT_MS,
      'the worker lets go of the warehouse',
    );
    return rows;
  };
  const connect = async (): Promise<void> => {
    server = await testServer(join(folder, 'temporal'), port);
    const opened = await testClient(server);
    client = opened.client;
    closeClient = opened.close;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-search-'));
    writeSmallDataset(join(folder, 'dataset.csv'));
    port = await freePort(0);
    await connect();
  });

  after(async () => {
    await worker?.stop();
    await closeClient();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const config = (search: object): object => ({
    source: { kind: 'dataset', path: join(folder, 'dataset.csv') },
    search: { folds: 3, parallelTrials: 2, ...search },
  });

  it('comes to the same winner, byte for byte, after kill -9 of worker and server, and trains nothing twice', async () => {
    const search = config({ trials: 24, families: ['extra-trees', 'gradient-boosting'] });
    await startWorker('undisturbed');
    const undisturbed = (await (
      await start('quiet', 'videoQualityPipeline', search)
    ).result()) as PipelineResult;

    const first = await startWorker('killed');
    let handle = await start('killed', 'videoQualityPipeline', search);
    const scored = async (): Promise<number> =>
      (await trialsOf(handle)).filter(({ macroF1 }) => macroF1 !== null).length;
    await until(async () => (await scored()) >= 6, CHECK_TIMEOUT_MS, 'six trials are scored');
    await first.kill();
    const finished = finishedFolds(join(folder, 'killed', 'trials'), 3);
    assert.ok(finished.size >= 6 && finished.size < 24, String(finished.size));

    await startWorker('killed');
    await until(async () => (await scored()) >= 12, CHECK_TIMEOUT_MS, 'twelve trials are scored');
    const later = finishedFolds(join(folder, 'killed', 'trials'), 3);
    const { record } = await readServerRecord(join(folder, 'temporal'));
    assert.ok(record !== null);
    process.kill(record.serverPid, 'SIGKILL');
    await closeClient();
    await until(
      async () => !(await readServerRecord(join(folder, 'temporal'))).isOwned,
      CHECK_TIMEOUT_MS,
      'the server is gone',
    );
    const { address } = server;
    await connect();
    assert.equal(server.address, address);
    handle = client.workflow.getHandle('killed');
    const killed = (await handle.result()) as PipelineResult;

    assert.deepEqual({ ...killed, runId: '', files: [] }, { ...undisturbed, runId: '', files: [] });
    assert.deepEqual(
      readFileSync(join(folder, 'killed', 'runs', 'killed', 'model.json')),
      readFileSync(join(folder, 'undisturbed', 'runs', 'quiet', 'model.json')),
    );
    const rows = `select trial, setting, state, budget_share, macro_f1_mean, macro_f1_low, macro_f1_high, macro_f1_by_fold,
      reason, warnings from main.trials order by trial`;
    const trials = await query('undisturbed', rows);
    assert.deepEqual(await query('killed', rows), trials);
    // Three steps of successive halving: 24, 8 and 3 trials.
    assert.deepEqual(
      [1, 2, 3].map(
        (step) =>
          trials.filter((row) => Math.round(1 / Number(row['budget_share'])) === 3 ** (3 - step)).length,
      ),
      [16, 5, 3],
    );
    const after = finishedFolds(join(folder, 'killed', 'trials'), 3);
    assert.equal(after.size, 24 + 8 + 3);
    for (const [name, writtenMs] of [...finished, ...later]) assert.equal(after.get(name), writtenMs, name);
  });

  it('records failures with their attempts, and a retry after the end becomes the choice', async () => {
    const majority = { family: 'majority' };
    const slow = { family: 'extra-trees', trees: 1200, featureShare: 0.5 };
    const hopeless = { family: 'ml-svm', C: 10, sigma: 1, maxIterations: 1, rowCap: 100 };
    const settings = [
      majority,
      majority,
      slow,
      majority,
      hopeless,
      majority,
      { ...slow, trees: 1199 },
      majority,
    ];
    const first = await startWorker('retry');
    const handle = await start(
      'lossy',
      'videoQualityPipeline',
      config({ trials: 0, settings, maxAttempts: 1, halving: { factor: 1 } }),
    );
    await until(
      async () => {
        const running = (await trialsOf(handle)).filter(({ state }) => state === 'running');
        return running.map(({ trial }) => trial).join() === '3,7' && (await isTraining('lossy/trial-07'));
      },
      CHECK_TIMEOUT_MS,
      'trials 3 and 7 run',
    );
    await first.kill();
    await startWorker('retry');
    const result = (await handle.result()) as PipelineResult;
    assert.deepEqual(result.trials, { completed: 5, failed: 3 });
    assert.equal(result.family, 'majority');

    const retry = async (trial: number): Promise<RetryTrialResult> =>
      (await (
        await start(`lossy/retry-0${trial}`, 'retryTrial', { run: 'lossy', trial })
      ).result()) as RetryTrialResult;
    const again = await retry(7);
    assert.equal(again.chosen?.bestTrial, 7);
    assert.ok(again.macroF1 > 0.5, String(again.macroF1));
    const rows = await query(
      'retry',
      "select trial, state, attempts, reason from main.trials where run_id = 'lossy' and family <> 'majority' order by trial",
    );
    assert.deepEqual(
      rows.map(({ trial, state, attempts }) => [trial, state, attempts]),
      [
        [3, 'failed', 1],
        [5, 'failed', 1],
        [7, 'completed', 2],
      ],
    );
    assert.match(String(rows[0]?.['reason']), /heartbeat/i);
    assert.match(String(rows[1]?.['reason']), /iterations/);
    assert.deepEqual(await query('retry', 'select trial, run_id from main.models where is_current'), [
      { trial: 7, run_id: 'lossy' },
    ]);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(repositoryRoot(), 'dist', 'cli', 'main.js'), 'retry-trial', 'lossy', '7'],
      { env: { ...process.env, VQI_HOME: join(folder, 'retry'), TEMPORAL_ADDRESS: server.address } },
    );
    assert.match(stdout, new RegExp(`the model of lossy is ${again.chosen.modelId} now, of trial 7`));
    await assert.rejects(retry(9), (error) => /there is no trial 9; lossy has 1, 2/.test(rootCause(error)));
    await assert.rejects(retry(5), (error) => /iterations/.test(rootCause(error)));
  });

  it('searches again on the same rows, takes more trials, and keeps what is finished when it is cancelled', async () => {
    await startWorker('retry');
    // As a run of an earlier version kept it.
    await query(
      'retry',
      `update main.searches set input = json_merge_patch(input, '{"trainingSet": {"dwellSeconds": null}}')`,
    );
    const search = {
      trials: 12,
      folds: 3,
      families: ['extra-trees'],
      ranges: { 'extra-trees': { trees: { from: 150, to: 150 } } },
      parallelTrials: 2,
      halving: { factor: 1 },
    };
    const handle = await start('tune', 'tuneModel', { run: 'lossy', search });
    await until(
      async () => (await trialsOf(handle)).some(({ state }) => state === 'completed' || state === 'running'),
      CHECK_TIMEOUT_MS,
      'a trial runs',
    );
    const add = (request: unknown): Promise<{ added: number[] }> =>
      handle.executeUpdate<{ added: number[] }, [unknown]>('addTrials', { args: [request] });
    assert.deepEqual(await add({ trials: 1, settings: [{ family: 'majority' }] }), { added: [13, 14] });
    await assert.rejects(add({ trails: 3 }), (error) => /trails/.test(rootCause(error)));
    await until(
      async () => (await trialsOf(handle)).filter(({ macroF1 }) => macroF1 !== null).length >= 3,
      CHECK_TIMEOUT_MS,
      'three trials are scored',
    );
    await handle.cancel();
    await assert.rejects(handle.result(), (error) => /cancell?ed/i.test(String(error)));
    const count =
      "select state, count(*)::integer as trials from main.trials where run_id = 'tune' group by all order by all";
    const kept = await query('retry', count);
    assert.deepEqual(
      kept.map(({ state }) => state),
      ['cancelled', 'completed'],
    );
    assert.equal(
      kept.reduce((sum, { trials }) => sum + Number(trials), 0),
      14,
    );
    const completed = Number(kept[1]?.['trials']);
    assert.ok(completed >= 3 && completed < 14);

    const result = (await (
      await start('tune', 'tuneModel', { run: 'lossy', search })
    ).result()) as PipelineResult;
    assert.deepEqual(result.trials, { completed: 12, failed: 0 });
    const { metrics } = deserialiseModel(
      readFileSync(join(folder, 'retry', 'runs', 'tune', 'model.json'), 'utf8'),
    );
    assert.match(JSON.stringify(metrics), /"smoothed":{/);
    const [reused] = await query(
      'retry',
      "select count_if(reused)::integer as trials from main.trials where run_id = 'tune' and trial <= 12",
    );
    assert.ok(Number(reused?.['trials']) >= completed - 2, JSON.stringify(reused));
    assert.deepEqual(await query('retry', 'select run_id, trial from main.models where is_current'), [
      { run_id: 'tune', trial: result.bestTrial },
    ]);
    const [timeline] = await query(
      'retry',
      'select count(distinct session_id)::integer as sessions from main.resolution_timeline',
    );
    assert.equal(timeline?.['sessions'], 60);

    const wrong = async (request: object): Promise<string> =>
      await (await start('wrong', 'tuneModel', request)).result().then(
        () => assert.fail('the search should have been refused'),
        (error: unknown) => rootCause(error),
      );
    assert.match(
      await wrong({ run: 'lossy', search: { ranges: { 'ml-svm': { C: 3 } } } }),
      /search\.ranges\["ml-svm"\]\.C/,
    );
    assert.match(
      await wrong({ run: 'lossy', search: { folds: 7 } }),
      /search\.folds: .*divided into 3 folds/,
    );
    assert.match(await wrong({ run: 'nowhere' }), /no search of a run nowhere; there are lossy, tune/);
    const limited = { ...search, timeLimitSeconds: 1, trials: 500, force: true };
    const inTime = (await (
      await start('limited', 'tuneModel', { run: 'lossy', search: limited })
    ).result()) as PipelineResult;
    assert.ok(inTime.trials.completed >= 1 && inTime.trials.completed < 500);
    assert.ok(inTime.warnings.some((text) => /trials were cancelled before they had a score/.test(text)));
  });

  it('knows a search that was terminated for ended: when a worker starts, and when one of its trials is tried again', async () => {
    await startWorker('retry');
    const search = {
      trials: 50,
      families: ['extra-trees'],
      ranges: { 'extra-trees': { trees: { from: 150, to: 150 } } },
      halving: { factor: 1 },
      force: true,
    };
    const state = async (): Promise<unknown> =>
      (await query('retry', "select state from main.runs where run_id = 'ended'"))[0]?.['state'];
    const endOne = async (): Promise<void> => {
      const handle = await start('ended', 'tuneModel', { run: 'lossy', search });
      const kept = "select trial from main.trials where run_id = 'ended' and state = 'completed'";
      const scored = async (): Promise<boolean> =>
        (await trialsOf(handle)).some(({ macroF1 }) => macroF1 !== null) &&
        (await query('retry', kept)).length > 0;
      await until(scored, CHECK_TIMEOUT_MS, 'a trial is scored and kept');
      await handle.terminate();
    };
    await endOne();
    assert.equal(await state(), 'searching');
    await startWorker('retry');
    assert.equal(await state(), 'terminated');

    await endOne();
    const retry = await start('ended/retry', 'retryTrial', { run: 'ended', trial: 99 });
    await assert.rejects(retry.result(), (error) =>
      /there is no trial 99; ended has \d/.test(rootCause(error)),
    );
    assert.equal(await state(), 'terminated');
  });

  it('takes 200 trials in one search', async () => {
    await startWorker('retry');
    const search = {
      trials: 200,
      families: ['extra-trees'],
      ranges: { 'extra-trees': { trees: { from: 9, to: 9 }, maxDepth: { from: 2, to: 4 } } },
      parallelTrials: 16,
      halving: { factor: 1 },
    };
    const handle = await start('many', 'tuneModel', { run: 'lossy', search });
    const result = (await handle.result()) as PipelineResult;
    assert.deepEqual(result.trials, { completed: 200, failed: 0 });
    const { historyLength } = await handle.describe();
    assert.ok(historyLength < 10_000, `${historyLength} events`);
  });
});

/** Trainings on disk that all folds of are scored, with the time at which they were written. */
function finishedFolds(trials: string, folds: number): Map<string, number> {
  const whole = readdirSync(trials).filter(
    (name) =>
      name.endsWith('.json') &&
      (JSON.parse(readFileSync(join(trials, name), 'utf8')) as unknown[]).length === folds,
  );
  return new Map(whole.map((name) => [name, statSync(join(trials, name)).mtimeMs]));
}
