import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { writeSimulation } from '../../cli/write-simulation.js';
import { projectRoot } from '../../common/project-root.js';
import { startWorker } from '../../worker/start-worker.js';
import type { TrialStatus } from '../../workflows/progress.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { CONSTANT_SIMULATION } from '../constant-simulation.js';
import { writeSmallDataset } from '../integration/small-dataset.js';
import { testClient, testServer, until, WorkerProcess } from '../integration/worker-process.js';

/** Values of a history that depend on the machine and that a replay ignores. */
const MACHINE_KEYS = new Map([
  ['identity', 'vqi'],
  ['stackTrace', ''],
]);

const TIMEOUT_MS = 300_000;
const hopeless = { family: 'ml-svm', C: 10, sigma: 1, maxIterations: 1, rowCap: 100 };

const histories = join(projectRoot(), 'test', 'replay', 'histories');
const folder = mkdtempSync(join(tmpdir(), 'vqi-histories-'));
const server = await testServer(join(folder, 'temporal'));
const { client, close } = await testClient(server);
const worker = await WorkerProcess.start(join(folder, 'home'), server.address);

const start = (workflowId: string, type: string, input: unknown): Promise<WorkflowHandle> =>
  client.workflow.start(type, { taskQueue: 'vqi', workflowId, args: [input] });

/** Waits until the workflow ends, in any state, and saves its history. */
async function save(name: string, handle: WorkflowHandle): Promise<void> {
  await handle.result().catch(() => undefined);
  const { events } = JSON.parse(historyToJSON(await handle.fetchHistory())) as { events: unknown[] };
  const lines = events.map((event) =>
    JSON.stringify(event, (key, value: unknown) => MACHINE_KEYS.get(key) ?? value),
  );
  writeFileSync(join(histories, `${name}.json`), `{"events":[\n${lines.join(',\n')}\n]}\n`);
  process.stderr.write(`${name}.json\n`);
}

async function untilTrials(
  handle: WorkflowHandle,
  condition: (trials: TrialStatus[]) => boolean,
): Promise<void> {
  await until(
    async () => condition(await handle.query<TrialStatus[]>('trials')),
    TIMEOUT_MS,
    'the trials reach the expected state',
  );
}

try {
  // Folders have the histories of released versions.
  for (const file of readdirSync(histories).filter((name) => name.endsWith('.json')))
    rmSync(join(histories, file));
  const directory = join(folder, 'captures');
  await writeSimulation({ ...CONSTANT_SIMULATION, directory, seed: 3, sessions: 15, durationSeconds: 40 });
  const dataset = join(folder, 'dataset.csv');
  writeSmallDataset(dataset);
  const search = { trials: 6, folds: 2, parallelTrials: 2, halving: { finalists: 1 } };

  const pipeline = await start('pipeline', 'videoQualityPipeline', {
    source: { kind: 'captures', directory },
    holdoutShare: 0.3,
    parallelCaptures: 2,
    search: { ...search, settings: [hopeless], holdForRetrySeconds: 600 },
  });
  await untilTrials(
    pipeline,
    (trials) =>
      trials.length === 10 && trials.every(({ state }) => state === 'completed' || state === 'failed'),
  );
  await pipeline.executeUpdate('retryTrials', { args: [{ trials: [7] }] });
  await untilTrials(pipeline, (trials) => trials[6]?.attempts === 2);
  await pipeline.cancel();
  await save('video-quality-pipeline-cancelled', pipeline);
  const whole = { source: { kind: 'captures', directory }, holdoutShare: 0.3, search };
  const trained = await start('whole', 'videoQualityPipeline', whole);
  await save('video-quality-pipeline', trained);
  const { modelId, bestTrial } = (await trained.result()) as PipelineResult;
  await save('promote-model', await start('promotion', 'promoteModel', { model: modelId }));
  await save('run-trial', client.workflow.getHandle('whole/trial-01'));
  await save('run-trial-failed', client.workflow.getHandle('pipeline/trial-07'));
  // The best trial is published again.
  await save(
    'retry-trial-published',
    await start('whole/retry', 'retryTrial', { run: 'whole', trial: bestTrial }),
  );
  const fromFile = {
    source: { kind: 'dataset', path: dataset },
    search: { ...search, settings: [hopeless] },
  };
  await save('video-quality-pipeline-dataset', await start('file', 'videoQualityPipeline', fromFile));

  const slow = { 'extra-trees': { trees: { from: 60, to: 60 } } };
  const tune = await start('tune', 'tuneModel', {
    run: 'file',
    search: { ...search, trials: 12, families: ['extra-trees'], ranges: slow, timeLimitSeconds: 600 },
  });
  await untilTrials(tune, (trials) => trials.some(({ state }) => state === 'running'));
  await tune.executeUpdate('addTrials', { args: [{ trials: 2 }] });
  await save('tune-model', tune);
  const failed = { run: 'file', search: { trials: 0, folds: 2, settings: [hopeless] } };
  await save('tune-model-failed', await start('tune-failed', 'tuneModel', failed));
  await save('retry-trial', await start('tune/retry-03', 'retryTrial', { run: 'tune', trial: 3 }));
  await save('retry-trial-failed', await start('file/retry-07', 'retryTrial', { run: 'file', trial: 7 }));

  await save('infer-session', await start('infer', 'inferSession', { capture: directory, model: null }));
  const [, ...labelled] = readFileSync(join(directory, 'sessions.csv'), 'utf8').trim().split('\n');
  const logged = labelled
    .map((line) => line.split(','))
    .map(([id, capture]) => `${id},${capture},${id}.player.csv`);
  writeFileSync(join(directory, 'logged.csv'), ['session_id,capture,player_log', ...logged, ''].join('\n'));
  const byLogs = { directory, sessionsFile: 'logged.csv' };
  await save('evaluate-model', await start('evaluation', 'evaluateModel', byLogs));
  const inParts = { ...fromFile, parts: 2, search: { trials: 2, folds: 2, parallelTrials: 2 } };
  await save('cross-evaluate', await start('cross', 'crossEvaluate', inParts));
  await save('analyse-capture', await start('analysis', 'analyseCapture', { capture: directory }));
  await save('flow-features', await start('flows', 'flowFeatures', { capture: directory, kinds: ['STATS'] }));
  await save('ingest-dataset', await start('dataset', 'ingestDataset', { path: dataset }));
  for await (const { workflowId } of client.workflow.list({ query: 'WorkflowType="ingestCapture"' })) {
    await save('ingest-capture', client.workflow.getHandle(workflowId));
    break;
  }
  await worker.stop();
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const home = join(folder, 'home');
  const options = { ...server, home, inputRoots: [folder], threads: 2, log: () => undefined };
  const batching = await startWorker({ ...options, batchesAbove: 6 });
  try {
    // Other settings, so that the captures are read again.
    const again = { capture: directory, segments: { tcpRequestBytes: 1 }, parallelCaptures: 2 };
    await save('analyse-capture-batches', await start('batches', 'analyseCapture', again));
    await save('ingest-batch', client.workflow.getHandle('batches/captures-1-2'));
  } finally {
    await batching.stop();
  }
} finally {
  await worker.stop();
  await close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
