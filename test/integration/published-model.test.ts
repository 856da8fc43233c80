import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { rootCause } from '../../cli/root-cause.js';
import { writeSimulation } from '../../cli/write-simulation.js';
import type { TemporalServer } from '../../server/connect.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { type SqlRow } from '../../warehouse/core/warehouse.js';
import type { InferSessionResult } from '../../workflows/apply-model.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { CONSTANT_SIMULATION } from '../constant-simulation.js';
import { writePublishedWindows } from '../published-windows.js';
import { testClient, testServer, WorkerProcess } from './worker-process.js';

const SESSIONS = 12;

/** Columns that this test computes; the others come from the view, or are 0 as in most published rows. */
const OWN: Readonly<Record<string, string>> = {
  session_id: 'session_id',
  deployment_session_id: 'session_id',
  home_id: "'home'",
  video_id: 'window_index // 4',
  service: "'netflix'",
  index: 'row_number() over () - 1',
  absolute_timestamp: 'start_us / 1e6 + 10',
  relative_timestamp: '10.0 * (window_index + 1)',
  resolution: 'resolution_px::double',
  // Probes in the home: they depend on the resolution too, so that a model learns from them.
  access_avg: 'resolution_px / 100 + hash(session_id, window_index) % 5',
};

describe('a model of the published dataset, applied to captures', { timeout: 600_000 }, () => {
  let folder = '';
  let data = '';
  let server: TemporalServer;
  let worker: WorkerProcess;
  let client: Client;
  let closeClient = (): Promise<void> => Promise.resolve();

  const start = (workflowId: string, type: string, input: unknown): Promise<WorkflowHandle> =>
    client.workflow.start(type, { taskQueue: 'vqi', workflowId, args: [input] });
  const result = async <T>(workflowId: string, type: string, input: unknown): Promise<T> =>
    (await (await start(workflowId, type, input)).result()) as T;
  const rows = (sql: string): Promise<SqlRow[]> =>
    withWarehouse(join(folder, 'home', 'warehouse.duckdb'), (warehouse) => warehouse.rows(sql));
  const train = (runId: string, source: object): Promise<PipelineResult> =>
    result(runId, 'videoQualityPipeline', {
      source: { kind: 'dataset', path: join(folder, 'published.parquet'), ...source },
      holdoutShare: 0.3,
      // Published whether it beats the baselines or not: their predictions are too much alike to compare.
      search: { trials: 1, folds: 2, families: ['random-forest'], standardErrors: 0 },
    });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-published-'));
    data = join(folder, 'data');
    await writeSimulation({
      ...CONSTANT_SIMULATION,
      directory: data,
      seed: 3,
      sessions: SESSIONS,
      durationSeconds: 60,
    });
    server = await testServer(join(folder, 'temporal'));
    const opened = await testClient(server);
    client = opened.client;
    closeClient = opened.close;
    worker = await WorkerProcess.start(join(folder, 'home'), server.address);
  });

  after(async () => {
    await worker.stop();
    await closeClient();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('predicts the same for raw captures as for their windows in the dataset', async () => {
    await result('windows', 'analyseCapture', { capture: data });
    await writePublished('windows');

    const everything = await train('everything', {});
    const refusal = await (
      await start('refused', 'inferSession', {
        capture: join(data, 'sim-0240-01.pcap'),
        model: everything.modelId,
      })
    )
      .result()
      .then(() => assert.fail('it did not fail'), rootCause);
    assert.match(
      refusal,
      /the model needs 1 of its \d+ columns that no capture has: access_avg \(measured by probes in the home, not in the traffic\).*forCaptures/,
    );

    const { modelId } = await train('published', {
      forCaptures: true,
      // Keeps the column that repeats this one, which a capture provides under another name.
      excludeColumns: ['10_chunksizes_50'],
    });
    // 14 from probes in the home, 5 dead, 7 of unknown unit, 4 with values that contradict their name.
    const left = await rows(`select name from "run published".cleaning_log where rule = 'not from captures'`);
    assert.equal(left.length, 30);
    assert.ok(left.some((row) => row['name'] === 'access_avg'));
    const inputs = (
      JSON.parse(readFileSync(join(folder, 'home', 'runs', 'published', 'model.json'), 'utf8')) as {
        featureNames: string[];
      }
    ).featureNames;
    assert.ok(inputs.length > 130 && inputs.includes('10_chunksizes_50R'), inputs.join());

    const inferred = await result<InferSessionResult>('inferred', 'inferSession', {
      capture: data,
      model: modelId,
    });
    assert.equal(inferred.sessions, SESSIONS);
    const predictions = (runId: string): Promise<SqlRow[]> =>
      rows(
        `select session_id, window_index, predicted_px, confidence, probabilities, unknown_reason from "run ${runId}".resolution_timeline order by session_id, window_index`,
      );
    const ofCaptures = await predictions('inferred');
    assert.ok(new Set(ofCaptures.map((row) => row['predicted_px'])).size > 2);
    assert.deepEqual(ofCaptures, await predictions('published'));
  });

  /** Writes the windows of a run in the form of the published dataset: its 251 columns in its order. */
  async function writePublished(runId: string): Promise<void> {
    const [, ...lines] = readFileSync(join(data, 'sessions.csv'), 'utf8').trim().split('\n');
    const labels = lines
      .map((line) => line.split(','))
      .map(([, capture, , , px]) => `('${capture ?? ''}', ${px ?? ''})`);
    await withWarehouse(join(folder, 'home', 'warehouse.duckdb'), (warehouse) =>
      writePublishedWindows(
        warehouse,
        {
          schema: `run ${runId}`,
          labels: `join (values ${labels.join(', ')}) as label(session_id, resolution_px) using (session_id)`,
          own: OWN,
        },
        join(folder, 'published.parquet'),
      ),
    );
  }
});
