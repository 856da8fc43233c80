import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { rootCause } from '../../cli/root-cause.js';
import type { TemporalServer } from '../../server/connect.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import type { IngestDatasetResult } from '../../workflows/ingest-dataset.js';
import { writePublishedDataset } from '../warehouse/datasets/published-dataset.js';
import { testClient, testServer, until, WorkerProcess } from './worker-process.js';

const TABLES = [
  'dataset_raw',
  'dataset_clean',
  'cleaned_columns',
  'cleaning_log',
  'impossible_values',
  'splits',
  'training_set',
  'scoring_set',
];

describe('ingestDataset, on a real server with a real worker', { timeout: 600_000 }, () => {
  let folder = '';
  let path = '';
  let server: TemporalServer;
  let client: Client;
  let closeClient = (): Promise<void> => Promise.resolve();
  const workers: WorkerProcess[] = [];

  const startWorker = async (home: string): Promise<WorkerProcess> => {
    const worker = await WorkerProcess.start(join(folder, home), server.address);
    workers.push(worker);
    return worker;
  };
  const start = (workflowId: string, input: unknown): Promise<WorkflowHandle> =>
    client.workflow.start('ingestDataset', { taskQueue: 'vqi', workflowId, args: [input] });
  const ingest = async (workflowId: string, input: unknown): Promise<IngestDatasetResult> =>
    (await (await start(workflowId, input)).result()) as IngestDatasetResult;
  /** Whether an attempt of the activity runs. */
  const runs = async (handle: WorkflowHandle, activity: string): Promise<boolean> =>
    ((await handle.describe()).raw.pendingActivities ?? []).some(
      ({ activityType, lastHeartbeatTime }) => activityType?.name === activity && lastHeartbeatTime != null,
    );
  const inWarehouse = (home: string, sql: string) =>
    withWarehouse(join(folder, home, 'warehouse.duckdb'), (warehouse) => warehouse.rows(sql));
  const digests = async (home: string, runId: string): Promise<unknown[]> => {
    const rows = [];
    for (const table of TABLES) {
      const [row] = await inWarehouse(
        home,
        `select '${table}' as name, count(*)::integer as rows, bit_xor(hash(t))::varchar as digest from "run ${runId}"."${table}" as t`,
      );
      rows.push(row);
    }
    return rows;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-ingest-dataset-'));
    path = join(folder, 'netflix.parquet');
    await writePublishedDataset(path, 1);
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

  it('ends with the same tables after kill -9 while it reads and while it writes, and stores no content twice', async () => {
    const first = await startWorker('undisturbed');
    const undisturbed = await ingest('set-1', { path, split: { by: 'home' } });
    assert.equal(undisturbed.isNew, true);
    assert.deepEqual([undisturbed.rawRows, undisturbed.cleanRows], [52_279, 49_748]);
    assert.ok(undisturbed.warnings.some((warning) => warning.startsWith('column avg_flow_age has')));

    const copy = join(folder, 'the-same.data');
    await copyFile(path, copy);
    const again = await ingest('set-2', { path: copy, split: { by: 'home' } });
    assert.deepEqual(again, { ...undisturbed, isNew: false });
    assert.equal((await ingest('set-3', { path, split: { by: 'video' } })).isNew, true);
    assert.deepEqual(
      await inWarehouse('undisturbed', 'select run_id, state from main.runs order by run_id'),
      [
        { run_id: 'set-1', state: 'completed' },
        { run_id: 'set-3', state: 'completed' },
      ],
    );
    await first.stop();

    let worker = await startWorker('killed');
    const handle = await start('set-1-killed', { path, split: { by: 'home' } });
    await until(() => runs(handle, 'readDataset'), 60_000, 'the file is read');
    await worker.kill();
    worker = await startWorker('killed');
    await until(() => runs(handle, 'storeDataset'), 120_000, 'the rows are written');
    await worker.kill();
    // The interrupted transaction left nothing behind.
    assert.deepEqual(await inWarehouse('killed', 'select run_id from main.runs'), []);
    assert.deepEqual(
      await inWarehouse('killed', "select schema_name from duckdb_schemas() where schema_name like 'run %'"),
      [],
    );
    await startWorker('killed');
    const resumed = (await handle.result()) as IngestDatasetResult;
    assert.deepEqual(resumed, { ...undisturbed, runId: 'set-1-killed' });
    assert.deepEqual(await digests('killed', 'set-1-killed'), await digests('undisturbed', 'set-1'));
    const [artifact, ...others] = readdirSync(join(folder, 'killed', 'artifacts'));
    assert.match(artifact ?? '', /^dataset-[0-9a-f]{16}\.parquet$/);
    assert.deepEqual(others, []);
  });

  it('rejects bad input with one error that is not retried, and writes nothing', async () => {
    await startWorker('bad');
    const file = (name: string, content: string): string => {
      const filePath = join(folder, name);
      writeFileSync(filePath, content);
      return filePath;
    };
    const rows = Array.from({ length: 12 }, (_, at) => `s${at},${at % 2 === 0 ? 240 : 480},${at}`).join('\n');
    const good = `session_id,resolution,size\n${rows}\n`;
    const cases: [name: string, input: unknown, message: RegExp][] = [
      ['nothing', undefined, /cannot be used/],
      ['unknown-key', { path, sesionColumn: 'x' }, /sesionColumn/],
      ['missing', { path: join(folder, 'gone.pkl') }, /gone\.pkl: no such file/],
      [
        'pickle',
        { path: file('evil.pkl', "cos\nsystem\n(S'true'\ntR.") },
        /evil\.pkl: .*os\.system.* at byte 0$/,
      ],
      ['csv', { path: file('cut.csv', `${good}s13,240\n`) }, /cut\.csv: .*(line|row) 14/i],
      [
        'column',
        { path: file('a.csv', good), labelColumn: 'height' },
        /a\.csv: source\.labelColumn \(--label-column NAME\) names height/,
      ],
      [
        'labels',
        { path: file('b.csv', good.replaceAll(/,(240|480),/g, ',high,')) },
        /b\.csv: cleaning left no row: 12 rows, label not understood.*"high" \(12\)/,
      ],
      ['groups', { path: file('c.csv', good), folds: 12 }, /12 groups cannot be divided into 12 folds/],
    ];
    for (const [name, input, message] of cases) {
      const handle = await start(`bad-${name}`, input);
      const failure = await handle.result().then(
        () => assert.fail(`${name} did not fail`),
        (error: unknown) => rootCause(error),
      );
      assert.match(failure, message, name);
      const { events } = await handle.fetchHistory();
      const attempts = (events ?? []).flatMap(
        (event) => event.activityTaskStartedEventAttributes?.attempt ?? [],
      );
      assert.ok(
        attempts.every((attempt) => attempt === 1),
        `${name}: ${attempts.join()}`,
      );
    }
    assert.deepEqual(
      await inWarehouse(
        'bad',
        "select table_name from duckdb_tables() where schema_name <> 'main' union all select run_id from main.runs where state <> 'failed' or reason is null union all select dataset_id from main.datasets",
      ),
      [],
    );
    const kept = readdirSync(join(folder, 'bad', 'artifacts')).filter(
      (name) => !/^dataset-[0-9a-f]{16}\.parquet$/.test(name),
    );
    assert.deepEqual(kept, []);
  });
});
