import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runSchema } from '../../../common/run-schema.js';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import type { Warehouse } from '../../../warehouse/core/warehouse.js';
import { recordModel } from '../../../warehouse/runs/record.js';
import { MissingCaptureError, registerRun } from '../../../warehouse/runs/register-run.js';
import {
  beginResults,
  builds,
  dependentRuns,
  removeBuild,
  replaceResults,
  replaceRun,
} from '../../../warehouse/runs/replace-run.js';

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

describe('new results of a finished run', () => {
  const [run, build] = ['x', 'x (retried by x/retry-07)'];
  /** A model of the run or of the build, with a score. */
  const model = async (
    warehouse: Warehouse,
    runId: string,
    modelId: string,
    score: number,
  ): Promise<void> => {
    await recordModel(warehouse, {
      ...{
        modelId,
        runId,
        trial: 7,
        family: 'extra-trees',
        setting: {},
        artifactPath: '',
        artifactSha256: '',
      },
      ...{ trainingSha256: '', trainingRows: 1, trainingSessions: 1, featureCount: 1, classesPx: [720] },
      ...{ choice: null, isBaseline: false, metrics: { score }, kind: null, origins: [], judge: null },
    });
    await warehouse.run('update main.runs set score = $score::json where run_id = $run_id', {
      score: String(score),
      run_id: runId,
    });
    await warehouse.run('insert or replace into main.checks values ($run_id, $name, 0)', {
      run_id: runId,
      name: 'one',
    });
  };
  const began = async (warehouse: Warehouse): Promise<void> => {
    await make(warehouse, run, 1);
    await warehouse.run('create table predictions as select 1 as answer');
    await model(warehouse, run, 'old', 0.1);
    await model(warehouse, run, 'same', 0.1);
    await warehouse.run(
      "update main.models set is_current = true, standing = 'the first model' where model_id = 'same'",
    );
    await warehouse.run('create schema "run user"; create view "run user".adopted as from "run x".sessions');
    await warehouse.transaction(() => beginResults(warehouse, build, run));
    await warehouse.useRun(build);
    // The tables of the run are there, its results are not.
    assert.deepEqual(await warehouse.rows('from sessions'), [{ value: 1 }]);
    assert.ok(!(await warehouse.tables()).has('predictions'));
    await warehouse.run('create table predictions as select 2 as answer');
    await model(warehouse, build, 'same', 0.2);
  };
  const state = async (warehouse: Warehouse): Promise<unknown> => ({
    answers: await warehouse.rows('from "run x".predictions'),
    sessions: await warehouse.rows('from "run user".adopted'),
    models: await warehouse.rows(
      "select model_id, run_id, (metrics->>'score')::double as score, is_current, standing from main.models order by all",
    ),
    runs: await warehouse.rows('select run_id, state, score::varchar as score from main.runs'),
    checks: await warehouse.rows('select run_id, name from main.checks'),
    schemas: await warehouse.rows(
      "select schema_name as name from duckdb_schemas() where schema_name like '%retried%'",
    ),
  });
  const expected = (answer: number, score: number, ofSame: number): unknown => ({
    answers: [{ answer }],
    sessions: [{ value: 1 }],
    models: [
      { model_id: 'old', run_id: run, score: 0.1, is_current: false, standing: null },
      { model_id: 'same', run_id: run, score: ofSame, is_current: true, standing: 'the first model' },
    ],
    runs: [{ run_id: run, state: 'completed', score: String(score) }],
    checks: [{ run_id: run, name: 'one' }],
    schemas: [],
  });

  it('take the place of the old ones in one step; tables that other runs use stay', async () => {
    await withFile(async (warehouse) => {
      await began(warehouse);
      assert.deepEqual(await builds(warehouse), [build]);
      await warehouse.useRun(run);
      await warehouse.transaction(() => replaceResults(warehouse, build, run));
      assert.deepEqual(await state(warehouse), expected(2, 0.2, 0.2));
    });
  });

  it('leave no trace in the run if they are given up', async () => {
    await withFile(async (warehouse) => {
      await began(warehouse);
      await warehouse.useRun(run);
      await warehouse.transaction(() => removeBuild(warehouse, build));
      assert.deepEqual(await state(warehouse), expected(1, 0.1, 0.1));
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
