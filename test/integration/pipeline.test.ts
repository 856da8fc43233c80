import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { rootCause } from '../../cli/root-cause.js';
import { writeSimulation } from '../../cli/write-simulation.js';
import { writeSplices } from '../../cli/write-splices.js';
import type { Splicing } from '../../schemas/splicing.js';
import type { TemporalServer } from '../../server/connect.js';
import { withWarehouse } from '../../warehouse/connection.js';
import type { ModelAnswer } from '../../workflows/ask-model.js';
import type { InferSessionResult } from '../../workflows/infer-session.js';
import type { PipelineProgress } from '../../workflows/progress.js';
import type { TrialStatus } from '../../workflows/trial-search.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { testClient, testServer, until, WorkerProcess } from './worker-process.js';

const CHECK_TIMEOUT_MS = 240_000;

/** Tables of a run whose rows must not depend on what happened to the worker. */
const RUN_TABLES = [
  'sessions',
  'session_segments',
  'feat_windows',
  'dataset_clean',
  'cleaning_log',
  'splits',
  'training_set',
  'predictions',
  'evaluation',
  'resolution_timeline',
];
const SHARED_TABLES = [
  'captures',
  'packets',
  'flows',
  'segments',
  'dns_messages',
  'dns_answers',
  'capture_faults',
];

describe('the whole run, on a real server with a real worker', { timeout: 900_000 }, () => {
  let folder = '';
  let data = '';
  let server: TemporalServer;
  let client: Client;
  let closeClient = (): Promise<void> => Promise.resolve();
  const workers: WorkerProcess[] = [];

  const startWorker = async (home: string): Promise<WorkerProcess> => {
    const worker = await WorkerProcess.start(join(folder, home), server.address);
    workers.push(worker);
    return worker;
  };
  const start = (runId: string, config: unknown, type = 'videoQualityPipeline'): Promise<WorkflowHandle> =>
    client.workflow.start(type, { taskQueue: 'vqi', workflowId: runId, args: [config] });
  const config = (search: object = {}): object => ({
    source: { kind: 'captures', directory: data },
    ladder: [240, 480, 1080],
    holdoutShare: 0.3,
    parallelCaptures: 2,
    search: {
      trials: 3,
      folds: 2,
      parallelTrials: 2,
      families: ['ml-random-forest'],
      rowCap: { 'ml-random-forest': 300 },
      ...search,
    },
  });
  const progressOf = (handle: WorkflowHandle): Promise<PipelineProgress> =>
    handle.query<PipelineProgress>('progress');
  const failureOf = async (handle: WorkflowHandle): Promise<string> =>
    await handle.result().then(
      () => assert.fail('the run should have failed'),
      (error: unknown) => rootCause(error),
    );

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-pipeline-'));
    data = join(folder, 'data');
    await writeSimulation({ directory: data, seed: 7, sessions: 20, durationSeconds: 60 });
    keepRungs(data, [240, 480, 1080]);
    server = await testServer(join(folder, 'temporal'));
    const opened = await testClient(server);
    client = opened.client;
    closeClient = opened.close;
  });

  after(async () => {
    for (const worker of workers) await worker.stop();
    await closeClient();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A model, asked about a capture of its own run, answers what the run's timeline says of that session. */
  const inferOneSession = async (modelId: string): Promise<void> => {
    const [, line] = readFileSync(join(data, 'sessions.csv'), 'utf8').trim().split('\n');
    const [sessionId, capture] = line?.split(',') ?? [];
    const infer = async (request: object): Promise<InferSessionResult> =>
      (await (
        await start('infer', { capture: join(data, capture ?? ''), ...request }, 'inferSession')
      ).result()) as InferSessionResult;
    const byDefault = await infer({});
    assert.equal(byDefault.modelId, modelId);
    assert.deepEqual(await infer({ model: modelId }), byDefault);
    assert.equal(byDefault.sessions, 1);
    assert.ok(byDefault.files.some((file) => /timeline-.*\.svg$/.test(file)));
    const timelines = await withWarehouse(join(folder, 'undisturbed', 'warehouse.duckdb'), (warehouse) =>
      Promise.all(
        ['infer', 'run-1'].map((runId) =>
          warehouse.rows(
            `select window_index, predicted_px, confidence, unknown_reason from "run ${runId}".resolution_timeline
              where $session in (session_id, '') order by window_index`,
            { session: runId === 'run-1' ? (sessionId ?? '') : '' },
          ),
        ),
      ),
    );
    assert.ok(Number(timelines[0]?.length) > 3);
    assert.deepEqual(timelines[0], timelines[1]);
    await assert.rejects(infer({ model: 'nobody' }), (error) =>
      rootCause(error).includes(`there is no model nobody; there are ${modelId}`),
    );

    const artifacts = join(folder, 'undisturbed', 'artifacts');
    const file = readdirSync(artifacts).find((name) => name.includes(modelId.slice(-12))) ?? '';
    const written = readFileSync(join(artifacts, file));
    for (const [change, message] of [
      [
        () => writeFileSync(join(artifacts, file), `${written.toString()} `),
        /is not what was written: .*SHA-256/,
      ],
      [() => rmSync(join(artifacts, file)), /cannot be read \(ENOENT.*retry-trial run-1 TRIAL/],
    ] as const) {
      change();
      await assert.rejects(infer({}), (error) => message.test(rootCause(error)));
    }
    writeFileSync(join(artifacts, file), written);
  };

  /**
   * The same model, evaluated on all captures of its run: it knows which ones it was trained on, and comes to the run's
   * own figures on the others.
   */
  const evaluateOn = async (undisturbed: PipelineResult): Promise<void> => {
    const { score, modelId, trainingSet } = undisturbed;
    const answer = (await (
      await start('evaluation', { directory: data }, 'evaluateModel')
    ).result()) as ModelAnswer;
    assert.equal(answer.modelId, modelId);
    assert.deepEqual(answer.score, score);
    assert.equal(score.sessions, trainingSet.heldOutSessions);
    assert.match(
      answer.warnings.join(),
      new RegExp(
        `^${trainingSet.trainingSessions} sessions left out: the model was trained on the same captures`,
      ),
    );
    const page = readFileSync(join(folder, 'undisturbed', 'runs', 'evaluation', 'report.html'), 'utf8');
    assert.match(page, /Simulated data/);
    assert.match(page, /largest-segment/);
    const tables = await withWarehouse(join(folder, 'undisturbed', 'warehouse.duckdb'), (warehouse) =>
      Promise.all(
        ['evaluation', 'run-1'].map(async (runId) => [
          await warehouse.rows(`from "run ${runId}".evaluation order by all`),
          await warehouse.rows(`from "run ${runId}".confusion_matrix order by all`),
          await warehouse.rows(
            `select session_id, window_index, predicted_px, true_px, split from "run ${runId}".resolution_timeline
              where split = 'held out' order by all`,
          ),
        ]),
      ),
    );
    assert.deepEqual(tables[0], tables[1]);

    // What the run left out, by its players' logs: resolutions that the model does not know.
    const others = readFileSync(join(data, 'sessions.csv'), 'utf8');
    const known = new Set(others.split('\n').map((line) => line.split(',')[1]));
    const unknown = readdirSync(data).filter((name) => name.endsWith('.pcap') && !known.has(name));
    const lines = unknown.map((name) => `${name},${name},${name.replace('.pcap', '.player.csv')}`);
    writeFileSync(join(data, 'others.csv'), ['session_id,capture,player_log', ...lines, ''].join('\n'));
    const request = { directory: data, sessionsFile: 'others.csv', model: modelId };
    const wrong = (await (await start('unknown', request, 'evaluateModel')).result()) as ModelAnswer;
    assert.equal(wrong.score.sessions, unknown.length);
    assert.equal(wrong.score.accuracy, 0);
    assert.match(wrong.warnings.join('; '), /does not know 360p: its \d+ windows .*does not know 720p/);

    const trained = await withWarehouse(join(folder, 'undisturbed', 'warehouse.duckdb'), (warehouse) =>
      warehouse.rows(
        `select session_id, capture_name from main.run_sources join "run run-1".splits on session_group = session_id
          where run_id = 'run-1' and fold = 0 order by all limit 1`,
      ),
    );
    const [seen] = trained.map((row) => `${String(row['session_id'])},${String(row['capture_name'])},240`);
    writeFileSync(join(data, 'seen.csv'), `session_id,capture,resolution\n${seen ?? ''}\n`);
    assert.match(
      await failureOf(await start('seen', { directory: data, sessionsFile: 'seen.csv' }, 'evaluateModel')),
      /there is nothing to evaluate on: 1 session left out: the model was trained on the same captures/,
    );
  };

  /** The same model on sessions that switch resolution, put together out of captures that it has not seen, or has. */
  const judgeSwitches = async (): Promise<void> => {
    const rows = await withWarehouse(join(folder, 'undisturbed', 'warehouse.duckdb'), (warehouse) =>
      warehouse.rows('select session_group, fold from "run run-1".splits order by session_group'),
    );
    const sessionsOf = (isHeldOut: boolean): string[] =>
      rows.filter(({ fold }) => (fold === -1) === isHeldOut).map((row) => String(row['session_group']));
    const spliced = (name: string, only: string[]): Promise<Splicing> =>
      writeSplices({ data, out: join(folder, name), only, sessions: 3, seed: 1, pieceSeconds: [15, 25] });
    const { sessions } = await spliced('unseen', sessionsOf(true));
    const answer = (await (
      await start('switches', { directory: join(folder, 'unseen') }, 'evaluateModel')
    ).result()) as ModelAnswer;
    assert.deepEqual(answer.origins, ['simulated', 'spliced']);
    assert.equal(answer.score.sessions, 3);
    const timeline = await withWarehouse(join(folder, 'undisturbed', 'warehouse.duckdb'), (warehouse) =>
      warehouse.rows(
        'select session_id, start_us, true_px, since_switch_seconds from "run switches".resolution_timeline order by all',
      ),
    );
    assert.ok(timeline.length >= 9);
    for (const row of timeline) {
      const startUs = Number(row['start_us']);
      const parts = (sessions.find(({ sessionId }) => sessionId === row['session_id'])?.pieces ?? []).map(
        ({ atUs, fromUs, toUs, resolutionPx }) => {
          const shared = Math.min(atUs + toUs - fromUs, startUs + 10e6) - Math.max(atUs, startUs);
          return { atUs, resolutionPx, shared: Math.max(0, shared) };
        },
      );
      const [longest] = [...parts].sort((a, b) => b.shared - a.shared);
      const unlabelled = parts.reduce((rest, { shared }) => rest - shared, 10e6);
      assert.ok(longest !== undefined);
      assert.equal(row['true_px'], longest.shared >= unlabelled ? longest.resolutionPx : null);
      const switched = parts.slice(1).filter(({ atUs }) => atUs < startUs + 10e6);
      const last = switched.at(-1);
      assert.equal(row['since_switch_seconds'], last === undefined ? null : (startUs - last.atUs) / 1e6);
    }
    const inWindow = timeline.filter(
      (row) => Number(row['since_switch_seconds']) < 0 && row['true_px'] !== null,
    );
    assert.equal(
      answer.score.bySwitch.find(({ since }) => since === 'in the window')?.windows,
      inWindow.length,
    );

    await spliced('seen-before', sessionsOf(false));
    assert.match(
      await failureOf(
        await start('switches-seen', { directory: join(folder, 'seen-before') }, 'evaluateModel'),
      ),
      /nothing to evaluate on: 3 sessions left out: the model was trained on the same captures/,
    );
  };

  it('ends with the same tables and the same model bytes after kill -9 in ingest and in the search', async () => {
    const first = await startWorker('undisturbed');
    const undisturbed = (await (await start('run-1', config())).result()) as PipelineResult;
    assert.equal(undisturbed.trials.completed, 3);
    // Nobody said so: the folder does.
    const report = readFileSync(join(folder, 'undisturbed', 'runs', 'run-1', 'report.html'), 'utf8');
    assert.match(report, /Simulated data/);
    const { accuracy, baselines } = undisturbed.score;
    assert.deepEqual(
      baselines.map(({ name }) => name),
      ['majority', 'largest-segment', 'decision-tree', 'previous-rung', 'window-alone'],
    );
    assert.ok(accuracy !== null && accuracy > (baselines[0]?.accuracy ?? 1));
    await inferOneSession(undisturbed.modelId);
    const tables = await tableDigests(join(folder, 'undisturbed', 'warehouse.duckdb'), 'run-1');
    await evaluateOn(undisturbed);
    await judgeSwitches();
    await first.stop();

    let worker = await startWorker('killed');
    const handle = await start('run-2', config());
    await until(
      async () => (await progressOf(handle)).captures.done >= 3,
      CHECK_TIMEOUT_MS,
      'three captures are ingested',
    );
    await worker.kill();
    worker = await startWorker('killed');
    await until(
      async () => {
        const { running, done } = (await progressOf(handle)).trials;
        return running + done > 0;
      },
      CHECK_TIMEOUT_MS,
      'a trial runs, or ran between two looks',
    );
    await worker.kill();
    worker = await startWorker('killed');
    const killed = (await handle.result()) as PipelineResult;
    await worker.stop();

    assert.deepEqual({ ...killed, runId: '', files: [] }, { ...undisturbed, runId: '', files: [] });
    assert.deepEqual(
      readFileSync(join(folder, 'killed', 'runs', 'run-2', 'model.json')),
      readFileSync(join(folder, 'undisturbed', 'runs', 'run-1', 'model.json')),
    );
    assert.deepEqual(await tableDigests(join(folder, 'killed', 'warehouse.duckdb'), 'run-2'), tables);
    assert.deepEqual(
      readdirSync(join(folder, 'killed', 'decoded')).filter((name) => !name.startsWith('.')),
      [],
    );
  });

  it('records a failed trial, goes on, and retries it alone', async () => {
    const worker = await startWorker('retry');
    const hopeless = { family: 'ml-svm', C: 10, sigma: 1, maxIterations: 1, rowCap: 100 };
    const handle = await start('run-3', config({ settings: [hopeless], holdForRetrySeconds: 600 }));
    await until(
      async () => (await progressOf(handle)).trials.failed === 1,
      CHECK_TIMEOUT_MS,
      'trial 4 has failed',
    );
    await until(
      async () => (await progressOf(handle)).trials.done === 3,
      CHECK_TIMEOUT_MS,
      'the others are done',
    );
    const retry = (trials: number[]) =>
      handle.executeUpdate<{ queued: number[] }, [{ trials: number[] }]>('retryTrials', {
        args: [{ trials }],
      });
    await assert.rejects(retry([1]), (error: Error) =>
      /only failed trials are retried/.test(String(error.cause)),
    );
    await assert.rejects(retry([9]), (error: Error) => /there is no trial 9/.test(String(error.cause)));
    assert.deepEqual(await retry([4]), { queued: [4] });
    await until(
      async () =>
        (await handle.query<TrialStatus[]>('trials')).some(
          ({ trial, attempts, state }) => trial === 4 && attempts === 2 && state === 'failed',
        ),
      CHECK_TIMEOUT_MS,
      'trial 4 has failed again',
    );
    const trials = await handle.query<TrialStatus[]>('trials');
    assert.deepEqual(
      trials.map(({ attempts }) => attempts),
      [1, 1, 1, 2],
    );
    const failed: string[] = [];
    await until(
      async () => {
        failed.length = 0;
        for await (const execution of client.workflow.list({
          query: 'ParentWorkflowId="run-3" AND ExecutionStatus="Failed"',
        })) {
          failed.push(execution.workflowId);
        }
        return failed.length === 2;
      },
      CHECK_TIMEOUT_MS,
      'the list shows both failed attempts',
    );
    assert.deepEqual(failed, ['run-3/trial-04', 'run-3/trial-04']);
    await handle.cancel();
    await assert.rejects(handle.result(), (error: Error) => /cancelled/i.test(String(error.cause)));
    await worker.stop();
    const rows = await withWarehouse(join(folder, 'retry', 'warehouse.duckdb'), (warehouse) =>
      warehouse.rows(
        "select trial, state, attempts, reason from main.trials where run_id = 'run-3' order by trial",
      ),
    );
    assert.deepEqual(
      rows.map(({ trial, state, attempts }) => [trial, state, attempts]),
      [
        [1, 'completed', 1],
        [2, 'completed', 1],
        [3, 'completed', 1],
        [4, 'failed', 2],
      ],
    );
    assert.match(String(rows[3]?.['reason']), /iterations/);
  });

  it('trains on a dataset file, draws a named session, and refuses one that is not there', async () => {
    const worker = await startWorker('dataset');
    const path = join(folder, 'dataset.csv');
    const rows = Array.from({ length: 24 }, (_, session) =>
      Array.from({ length: 5 }, (_, window) => {
        const height = session % 2 === 0 ? 240 : 1080;
        return `s${session},${height},${height * 10 + ((session * 7 + window * 3) % 11)},${height}`;
      }),
    );
    writeFileSync(path, ['session_id,resolution,10_avg_chunksize,bitrate', ...rows.flat(), ''].join('\n'));
    const fromFile = (sessions: string[]): object => ({
      source: { kind: 'dataset', path },
      search: { trials: 1, folds: 2, families: ['ml-random-forest'] },
      timeline: { sessions },
    });
    const result = (await (await start('run-4', fromFile(['s5']))).result()) as PipelineResult;
    // The sizes of the two rungs lie far apart, so that any tree tells them; the leaking bitrate is not among the inputs.
    assert.equal(result.score.accuracy, 1);
    assert.equal(result.trainingSet.features, 1);
    const telling = /column 10_avg_chunksize alone tells 100\.0 % of the labels of other sessions/;
    assert.ok(result.warnings.some((warning) => telling.test(warning)));
    assert.ok(result.leakageGap !== null);
    assert.match(await failureOf(await start('run-strict', { ...fromFile([]), strict: true })), telling);
    assert.ok(result.files.some((file) => /timeline-s5.*\.svg$/.test(file)));
    assert.match(
      await failureOf(await start('run-5', fromFile(['s99']))),
      /timeline\.sessions names s99, which is no session/,
    );
    await worker.stop();
  });

  it('answers bad input with one clear error, and writes nothing', async () => {
    const worker = await startWorker('bad');
    const broken = join(folder, 'broken');
    const writeData = (sessions: string): object => {
      mkdirSync(broken, { recursive: true });
      writeFileSync(join(broken, 'sessions.csv'), sessions);
      return { source: { kind: 'captures', directory: broken } };
    };
    mkdirSync(join(folder, 'empty'));
    const hostileDataset = (): object => {
      const path = join(folder, 'hostile.pkl');
      writeFileSync(path, `cos\nsystem\n(S'touch ${join(folder, 'was-run')}'\ntR.`);
      return { source: { kind: 'dataset', path } };
    };
    const header = 'session_id,capture,resolution\n';
    const cases: [name: string, config: unknown, message: RegExp][] = [
      [
        'no-folder',
        { source: { kind: 'captures', directory: join(folder, 'nowhere') } },
        /nowhere: no such folder/,
      ],
      [
        'empty-folder',
        { source: { kind: 'captures', directory: join(folder, 'empty') } },
        /the folder is empty/,
      ],
      [
        'hostile-pickle',
        hostileDataset(),
        /hostile\.pkl: the pickle asks for os\.system, which no DataFrame needs.* at byte 0$/,
      ],
      [
        'missing-capture',
        writeData(`${header}a,gone.pcap,480\n`),
        /sessions\.csv, line 2: names the capture gone\.pcap/,
      ],
      [
        'malformed',
        { source: { kind: 'captures', directory: 7 }, serach: {} },
        /directory[\s\S]*serach|serach[\s\S]*directory/,
      ],
      ['nothing', undefined, /cannot be used/],
    ];
    for (const [name, bad, message] of cases)
      assert.match(await failureOf(await start(`bad-${name}`, bad)), message);
    assert.match(
      await failureOf(await start('bad-ladder', writeData(`${header}a,x.pcap,500\n`))),
      /line 2: resolution 500 is not on the ladder/,
    );
    writeFileSync(join(broken, 'x.pcap'), 'this is no capture at all');
    assert.match(
      await failureOf(await start('bad-capture', writeData(`${header}a,x.pcap,480\n`))),
      /x\.pcap: .*magic.* at byte 0/,
    );
    assert.match(
      await failureOf(await start('bad-labels', writeData(`${header}a,x.pcap,\n`))),
      /sessions\.csv: gives no session a resolution, nor a player_log/,
    );
    writeFileSync(join(broken, 'x.log'), 'time,resolution\n0,480\n10,500\n');
    const withLog = (log: string): object =>
      writeData(`session_id,capture,resolution,player_log\na,x.pcap,,${log}\n`);
    assert.match(
      await failureOf(await start('bad-log', withLog('x.log'))),
      /x\.log: row 3: resolution 500 is not on the ladder/,
    );
    assert.match(
      await failureOf(await start('missing-log', withLog('y.log'))),
      /sessions\.csv, line 2: names the player log y\.log, which is not there/,
    );
    assert.match(
      await failureOf(await start('bad-type', {}, 'videoQualityPipline')),
      /there is no workflow type videoQualityPipline/,
    );
    await worker.stop();
    await withWarehouse(join(folder, 'bad', 'warehouse.duckdb'), async (warehouse) => {
      for (const table of [...SHARED_TABLES, 'runs', 'trials', 'models', 'capture_files']) {
        const [count] = await warehouse.rows(`select count(*)::integer as rows from main.${table}`);
        assert.equal(count?.['rows'], 0, table);
      }
    });
  });
});

/** Leaves the lines of these rungs in a simulated folder's sessions file. */
function keepRungs(directory: string, rungs: readonly number[]): void {
  const path = join(directory, 'sessions.csv');
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const kept = lines.filter((line) => rungs.some((rung) => line.endsWith(`,${rung}`)));
  writeFileSync(path, [header, ...kept, ''].join('\n'));
}

/** SHA-256 of each table's rows, sorted, without what names the run. */
async function tableDigests(path: string, runId: string): Promise<Record<string, string>> {
  return await withWarehouse(path, async (warehouse) => {
    await warehouse.useRun(runId);
    const digests: Record<string, string> = {};
    for (const table of [...RUN_TABLES, ...SHARED_TABLES]) {
      const [row] = await warehouse.rows(
        `select count(*)::integer as rows, bit_xor(hash(t))::varchar as digest from ${table} as t`,
      );
      digests[table] = createHash('sha256').update(JSON.stringify(row)).digest('hex');
      assert.ok(
        Number(row?.['rows']) > 0 || table === 'capture_faults' || table === 'cleaning_log',
        `${table} has rows`,
      );
    }
    const trials = await warehouse.rows(
      'select trial, setting, state, macro_f1_by_fold, train_rows from main.trials where run_id = $run_id order by trial',
      { run_id: runId },
    );
    return { ...digests, trials: JSON.stringify(trials) };
  });
}
