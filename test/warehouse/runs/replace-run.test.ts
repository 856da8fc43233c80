import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runSchema } from '../../../common/run-schema.js';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import type { Warehouse } from '../../../warehouse/core/warehouse.js';
import { MissingCaptureError, registerRun } from '../../../warehouse/runs/register-run.js';
import { builds, dependentRuns, removeBuild, replaceRun } from '../../../warehouse/runs/replace-run.js';

async function withFile(work: (warehouse: Warehouse) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-replace-'));
  try {
    await withWarehouse(join(folder, 'warehouse.duckdb'), work);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run with a table, a view of it, a search and a trial. */
async function make(warehouse: Warehouse, runId: string, value: number): Promise<void> {
  await warehouse.useRun(runId);
  await registerRun(warehouse, { runId, config: { value }, simulated: false }, []);
  await warehouse.run(`create table sessions as select ${value} as value`);
  await warehouse.run(`create view shown as from "${runSchema(runId)}".sessions`);
  await warehouse.run('insert into main.searches values ($run_id, $input::json)', {
    run_id: runId,
    input: JSON.stringify({ runId, value }),
  });
  await warehouse.run("update main.runs set state = 'completed' where run_id = $run_id", { run_id: runId });
}

describe('a build that replaces a finished run', () => {
  it('leaves the run as it is until then, and then takes its name with tables, views, rows and parts', async () => {
    await withFile(async (warehouse) => {
      await make(warehouse, 'x', 1);
      await make(warehouse, 'x/part-1', 2);
      await make(warehouse, 'x/part-2', 3);
      await make(warehouse, 'x (replacing)', 4);
      await make(warehouse, 'x (replacing)/part-1', 5);
      const values = async (): Promise<unknown[]> =>
        (
          await warehouse.rows(
            "select run_id, config->>'value' as value, input->>'runId' as search from main.runs join main.searches using (run_id) order by run_id",
          )
        ).map((row) => Object.values(row));
      assert.deepEqual(await warehouse.rows('from "run x".shown'), [{ value: 1 }]);
      await warehouse.transaction(() => replaceRun(warehouse, 'x (replacing)', 'x'));
      assert.deepEqual(await warehouse.rows('from "run x".shown'), [{ value: 4 }]);
      assert.deepEqual(await warehouse.rows('from "run x/part-1".shown'), [{ value: 5 }]);
      assert.deepEqual(await values(), [
        ['x', '4', 'x'],
        ['x/part-1', '5', 'x/part-1'],
      ]);
      assert.deepEqual(await builds(warehouse), []);
    });
  });

  it('is removed without a trace of it in the run', async () => {
    await withFile(async (warehouse) => {
      await make(warehouse, 'x', 1);
      await make(warehouse, 'x (replacing)', 2);
      assert.deepEqual(await builds(warehouse), ['x (replacing)']);
      await warehouse.useRun('x');
      await warehouse.transaction(() => removeBuild(warehouse, 'x (replacing)'));
      assert.deepEqual(await builds(warehouse), []);
      assert.deepEqual(await warehouse.rows('from "run x".shown'), [{ value: 1 }]);
    });
  });

  it('is refused where another run uses the tables', async () => {
    await withFile(async (warehouse) => {
      await make(warehouse, 'x', 1);
      await make(warehouse, 'searched', 2);
      assert.deepEqual(await dependentRuns(warehouse, 'x'), []);
      await warehouse.run('create view "run searched".adopted as from "run x".sessions');
      for (const state of ['completed', 'building', 'searching']) {
        await warehouse.run("update main.runs set state = $state where run_id = 'searched'", { state });
        assert.deepEqual(await dependentRuns(warehouse, 'x'), ['searched']);
      }
      await warehouse.run("update main.runs set state = 'failed' where run_id = 'searched'");
      assert.deepEqual(await dependentRuns(warehouse, 'x'), []);
    });
  });
});

describe('two runs whose ids differ in case alone', () => {
  it('have schemas of their own', async () => {
    await withFile(async (warehouse) => {
      await make(warehouse, 'run', 1);
      await make(warehouse, 'Run', 2);
      await make(warehouse, 'RUN', 3);
      const found = await Promise.all(
        ['run', 'Run', 'RUN'].map((id) => warehouse.rows(`from "${runSchema(id)}".sessions`)),
      );
      assert.deepEqual(found, [[{ value: 1 }], [{ value: 2 }], [{ value: 3 }]]);
    });
  });
});

describe('a run with a capture that is in another warehouse', () => {
  it('is refused with the count and an example', async () => {
    await withFile(async (warehouse) => {
      const named = { site: null, videoId: null, homeId: null, resolutionPx: null };
      const sources = ['11', '12'].map((captureId) => ({
        ...named,
        captureId,
        sessionId: captureId,
        captureName: `${captureId}.pcap`,
      }));
      await assert.rejects(
        registerRun(warehouse, { runId: 'x', config: {}, simulated: false }, sources),
        (error) =>
          error instanceof MissingCaptureError &&
          /^2 of 2 captures .* example 11\.pcap: /.test(error.message),
      );
      const runs = await warehouse.rows('from main.runs');
      assert.deepEqual(runs, []);
    });
  });
});
