import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { withWarehouse } from '../../warehouse/connection.js';
import type { PipelineProgress } from '../../workflows/progress.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { CHECK_TIMEOUT_MS, PipelineFixture, SHARED_TABLES } from './pipeline-fixture.js';
import { until } from './worker-process.js';

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
describe('a run whose worker is killed', { timeout: 600_000 }, () => {
  let fixture: PipelineFixture;

  before(async () => {
    fixture = await PipelineFixture.open();
    await fixture.simulate();
  });

  after(() => fixture.close());

  it('ends with the same tables and the same model bytes after kill -9 in ingest and in the search', async () => {
    const first = await fixture.startWorker('undisturbed');
    const undisturbed = (await (await fixture.start('run-1', fixture.config())).result()) as PipelineResult;
    assert.equal(undisturbed.trials.completed, 3);
    const tables = await tableDigests(fixture.warehouse('undisturbed'), 'run-1');
    await first.stop();

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
      'a trial runs, or ran between two looks',
    );
    await worker.kill();
    worker = await fixture.startWorker('killed');
    const killed = (await handle.result()) as PipelineResult;
    await worker.stop();

    assert.deepEqual({ ...killed, runId: '', files: [] }, { ...undisturbed, runId: '', files: [] });
    assert.deepEqual(
      readFileSync(join(fixture.folder, 'killed', 'runs', 'run-2', 'model.json')),
      readFileSync(join(fixture.folder, 'undisturbed', 'runs', 'run-1', 'model.json')),
    );
    assert.deepEqual(await tableDigests(fixture.warehouse('killed'), 'run-2'), tables);
    assert.deepEqual(
      readdirSync(join(fixture.folder, 'killed', 'decoded')).filter((name) => !name.startsWith('.')),
      [],
    );
  });
});

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
