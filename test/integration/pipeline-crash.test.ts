import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pcapHeader } from '../../capture/formats/pcap-writer.js';
import { rootCause } from '../../cli/root-cause.js';
import { fileName } from '../../common/file-name.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { warehouseId } from '../../warehouse/core/warehouse-format.js';
import type { PipelineProgress } from '../../workflows/video-quality-pipeline.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { writeTinyCaptures } from '../many-captures.js';
import { withForgetfulWorker } from './forgetful-worker.js';
import { CHECK_TIMEOUT_MS, PipelineFixture, SHARED_TABLES } from './pipeline-fixture.js';
import { writeSmallDataset } from './small-dataset.js';
import { until } from './worker-process.js';

/** Tables of a run whose rows must not depend on crashes of the worker. */
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
/** As many as the simulated sessions have, so that only the run of more captures reads them in batches. */
const BATCHES_ABOVE = 20;

describe('a run whose worker is killed', { timeout: 600_000 }, () => {
  let fixture: PipelineFixture;
  let undisturbed: PipelineResult;
  let tables: Record<string, string>;
  let otherResults: Record<string, unknown>;

  before(async () => {
    fixture = await PipelineFixture.open();
    await fixture.simulate();
    writeSmallDataset(join(fixture.folder, 'small.csv'));
    const many = join(fixture.folder, 'many');
    mkdirSync(many);
    await writeTinyCaptures(many, BATCHES_ABOVE);
    // One record of 2 GiB, which only the decoder finds.
    const record = Buffer.from('0000000000000000ffffff7fffffff7f', 'hex');
    const header = pcapHeader({ linkType: 101, snapLength: 65_535 });
    writeFileSync(join(many, 'bad.pcap'), Buffer.concat([header, record]));
    const worker = await fixture.startWorker('undisturbed');
    undisturbed = (await (await fixture.start('run-1', fixture.config())).result()) as PipelineResult;
    assert.equal(undisturbed.trials.completed, 3);
    tables = await tableDigests(fixture.warehouse('undisturbed'), 'run-1');
    otherResults = await runOthers('undisturbed', 'run-1');
    await worker.stop();
  });

  /** The results of all other workflows on a run, without the names of run and home. */
  const runOthers = async (home: string, run: string): Promise<Record<string, unknown>> => {
    const capture = join(
      fixture.data,
      readdirSync(fixture.data).find((name) => name.endsWith('.pcap')) ?? '',
    );
    const dataset = join(fixture.folder, 'small.csv');
    const search = { trials: 1, folds: 2, families: ['extra-trees'] };
    const requests: [type: string, input: object][] = [
      ['analyseCapture', { capture }],
      ['flowFeatures', { capture }],
      ['inferSession', { capture }],
      ['evaluateModel', { directory: fixture.data }],
      ['ingestDataset', { path: dataset }],
      ['tuneModel', { run, search }],
      ['crossEvaluate', { source: { kind: 'dataset', path: dataset }, search, parts: 2 }],
      ['retryTrial', { run, trial: 1 }],
      ['promoteModel', { model: undisturbed.modelId }],
      ['analyseCapture', { capture: join(fixture.folder, 'many') }],
    ];
    const found: Record<string, unknown> = {};
    for (const [at, [type, input]] of requests.entries()) {
      const id = `${home}-${at}-${type}`;
      const handle = await fixture.start(id, input, type);
      const result: unknown = await handle
        .result()
        .catch((error: unknown) => assert.fail(`${type}: ${rootCause(error)}`));
      const text = JSON.stringify(result, (key, value: unknown) =>
        // A repeated activity finds the content that its first run stored.
        key === 'isNew' ? null : value,
      );
      // The name of its folder has a hash of the id, which contains the home.
      const alike = text.replaceAll(fileName(id), '').replaceAll(home, '').replaceAll(run, '');
      found[`${at} ${type}`] = JSON.parse(alike);
    }
    return found;
  };

  after(() => fixture.close());

  /** Asserts that a run in another home has the results of the undisturbed run. */
  const assertSame = async (home: string, runId: string, result: PipelineResult): Promise<void> => {
    assert.deepEqual({ ...result, runId: '', files: [] }, { ...undisturbed, runId: '', files: [] });
    assert.deepEqual(
      readFileSync(join(fixture.folder, home, 'runs', runId, 'model.json')),
      readFileSync(join(fixture.folder, 'undisturbed', 'runs', 'run-1', 'model.json')),
    );
    assert.deepEqual(await tableDigests(fixture.warehouse(home), runId), tables);
    assert.deepEqual(
      readdirSync(join(fixture.folder, home, 'decoded')).filter((name) => !name.startsWith('.')),
      [],
    );
  };

  it('ends with the same tables and the same model bytes after kill -9 in ingest and in the search', async () => {
    let worker = await fixture.startWorker('killed');
    const handle = await fixture.start('run-2', fixture.config());
    await until(
      async () => (await handle.query<PipelineProgress>('progress')).captures.done >= 3,
      CHECK_TIMEOUT_MS,
      'three captures are ingested',
    );
    await worker.kill();
    worker = await fixture.startWorker('killed');
    await until(
      async () => {
        const { running, done } = (await handle.query<PipelineProgress>('progress')).trials;
        return running + done > 0;
      },
      CHECK_TIMEOUT_MS,
      'a trial runs or is done',
    );
    await worker.kill();
    worker = await fixture.startWorker('killed');
    const killed = (await handle.result()) as PipelineResult;
    await worker.stop();

    await assertSame('killed', 'run-2', killed);
  });

  it('shows nothing of a run whose worker is killed while it reports, and ends with the same results', async () => {
    let worker = await fixture.startWorker('killed');
    const handle = await fixture.start('run-4', fixture.config());
    await until(
      async () => (await handle.query<PipelineProgress>('progress')).stage === 'reporting',
      CHECK_TIMEOUT_MS,
      'the run reports',
    );
    await worker.kill();
    const shown = await withWarehouse(fixture.warehouse('killed'), (warehouse) =>
      warehouse.rows(
        "select models.run_id, sql like '%\"run run-2\"%' as in_main from main.models, duckdb_views() where is_current and view_name = 'resolution_timeline' and schema_name = 'main'",
      ),
    );
    assert.deepEqual(shown, [{ run_id: 'run-2', in_main: true }]);
    worker = await fixture.startWorker('killed');
    const { standing, ...reported } = (await handle.result()) as PipelineResult;
    await worker.stop();

    assert.match(standing?.why ?? '', /^not better: /);
    await assertSame('killed', 'run-4', { ...reported, standing: undisturbed.standing });
  });

  it('is in one warehouse as a whole if two homes share the server, and one worker is killed', async () => {
    const homes = ['left', 'right'];
    const ids = await Promise.all(homes.map((home) => withWarehouse(fixture.warehouse(home), warehouseId)));
    let left = await fixture.startWorker('left');
    const right = await fixture.startWorker('right');
    const bound = await fixture.start('run-5', fixture.config(), 'videoQualityPipeline', {
      warehouse: ids[0]!,
    });
    const free = await fixture.start('run-6', fixture.config());
    await until(
      async () => (await bound.query<PipelineProgress>('progress')).captures.done >= 2,
      CHECK_TIMEOUT_MS,
      'two captures are ingested',
    );
    await left.kill();
    left = await fixture.startWorker('left');
    const results = [(await bound.result()) as PipelineResult, (await free.result()) as PipelineResult];
    const { memo } = await free.describe();
    await left.stop();
    await right.stop();

    const homeOfFree = homes[ids.indexOf(String(memo?.['warehouse']))]!;
    await assertSame('left', 'run-5', { ...results[0]!, standing: undisturbed.standing });
    await assertSame(homeOfFree, 'run-6', { ...results[1]!, standing: undisturbed.standing });
    for (const [home, other] of [
      ['left', 'run-6'],
      ['right', 'run-5'],
    ] as const) {
      if (home === homeOfFree) continue;
      const runs = await withWarehouse(fixture.warehouse(home), (warehouse) =>
        warehouse.rows('select run_id from main.runs where run_id = $other', { other }),
      );
      assert.deepEqual(runs, [], `${home} has nothing of ${other}`);
    }
  });

  it('gives the same results if the worker dies after every activity, before it reports the result', async () => {
    const { result, unused } = await withForgetfulWorker(
      join(fixture.folder, 'forgetful'),
      fixture.address,
      BATCHES_ABOVE,
      async () => {
        const run = (await (await fixture.start('run-3', fixture.config())).result()) as PipelineResult;
        await assertSame('forgetful', 'run-3', run);
        return await runOthers('forgetful', 'run-3');
      },
    );
    assert.deepEqual(result, otherResults);
    // These serve updates, player logs and failing runs.
    assert.deepEqual(unused, ['planMoreTrials', 'readPlayerLogs', 'closeRun']);
  });
});

/** SHA-256 of the number of rows and an order-independent hash of each table, and the trials without their run. */
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
