import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Warehouse } from '../../../warehouse/core/warehouse.js';
import { decideCurrent, modelsOf, promoteModel } from '../../../warehouse/runs/current-model.js';
import { recordModel } from '../../../warehouse/runs/record.js';
import { withTestRun } from '../../sql/test-run.js';

const REAL = 'real captures of youtube; 240p 480p; windows of 10 s; features Media session';
const SIMULATED = REAL.replace('real', 'simulated');

interface Made {
  readonly runId: string;
  readonly kind?: string;
  readonly judge?: string;
  readonly macroF1?: number;
  readonly replaced?: Parameters<typeof decideCurrent>[3];
}

/** Records a model and decides about it, as the last step of its run does. */
async function finish(
  warehouse: Warehouse,
  { runId, kind = REAL, judge = 'j', macroF1 = 0.5, replaced = [] }: Made,
): Promise<string> {
  await recordModel(warehouse, {
    modelId: `m-${runId}`,
    runId,
    trial: 1,
    family: 'majority',
    setting: {},
    artifactPath: '',
    artifactSha256: '',
    trainingSha256: '',
    trainingRows: 1,
    trainingSessions: 1,
    featureCount: 1,
    classesPx: [240, 480],
    choice: null,
    isBaseline: true,
    metrics: { macroF1, sessions: 7 },
    kind,
    origins: kind.startsWith('simulated') ? ['simulated'] : [],
    judge,
  });
  const { isCurrent, why } = await decideCurrent(warehouse, runId, `m-${runId}`, replaced);
  const rows = await warehouse.rows('select model_id from main.models where is_current');
  assert.equal(rows.length, 1);
  assert.equal(rows[0]?.['model_id'] === `m-${runId}`, isCurrent);
  return `${isCurrent ? 'yes' : 'no'}, ${why}`;
}

describe('the current model', () => {
  it('is the first of its kind, then the better one on the same held-out sessions', async () => {
    await withTestRun(async (warehouse) => {
      assert.equal(await finish(warehouse, { runId: 'a' }), 'yes, the first model');
      assert.match(
        await finish(warehouse, { runId: 'worse', macroF1: 0.4 }),
        /^no, not better: macro-F1 0\.400/,
      );
      assert.match(await finish(warehouse, { runId: 'equal' }), /^no, not better/);
      assert.equal(
        await finish(warehouse, { runId: 'better', macroF1: 0.6 }),
        'yes, better: macro-F1 0.600 against 0.500 of m-a, on the same 7 held-out sessions',
      );
      assert.match(
        await finish(warehouse, { runId: 'elsewhere', macroF1: 0.9, judge: 'other' }),
        /^no, m-better was evaluated on other held-out sessions/,
      );
      assert.match(
        await finish(warehouse, { runId: 'kind', kind: REAL.replace('youtube', 'netflix'), macroF1: 0.1 }),
        /^yes, the first of its kind \(real captures of netflix/,
      );
      assert.match(
        await finish(warehouse, { runId: 'late', macroF1: 0.7 }),
        /^no, m-kind is of another kind/,
      );
      // Deciding again, as a retried step does, gives the same answer, or says what has come since.
      const again = async (runId: string): Promise<string> =>
        (await decideCurrent(warehouse, runId, `m-${runId}`, [])).why;
      assert.match(await again('kind'), /^the first of its kind/);
      assert.match(await again('equal'), /^not better/);
      assert.equal(await again('a'), 'replaced by m-better');
      assert.equal(await again('better'), 'replaced by m-kind');
    });
  });

  it('is not displaced by a model of simulated captures, but by one of real captures', async () => {
    await withTestRun(async (warehouse) => {
      assert.match(await finish(warehouse, { runId: 'demo', kind: SIMULATED }), /^yes/);
      assert.match(await finish(warehouse, { runId: 'mine', macroF1: 0.1 }), /^yes, the first of its kind/);
      const demo = { runId: 'demo-2', kind: SIMULATED.replace('youtube', 'netflix'), macroF1: 0.9 };
      assert.match(
        await finish(warehouse, demo),
        /^no, it learnt from captures that were made, and m-mine from real/,
      );
    });
  });

  it('is not displaced by a model of a table, unless that is made for captures', async () => {
    await withTestRun(async (warehouse) => {
      const table = 'a dataset; 240p 480p; windows of 10 s';
      assert.match(await finish(warehouse, { runId: 'table', kind: table }), /^yes, the first model$/);
      assert.match(await finish(warehouse, { runId: 'mine' }), /^yes, the first of its kind/);
      assert.equal(
        await finish(warehouse, { runId: 'wide', kind: table.replace('240p', '144p'), macroF1: 0.9 }),
        'no, it learnt from a dataset, not for captures (--for-captures), and m-mine is for captures',
      );
      assert.match(
        await finish(warehouse, { runId: 'fitting', kind: table.replace('dataset', 'dataset for captures') }),
        /^yes, the first of its kind/,
      );
    });
  });

  it('is not displaced by a run that replaces one of the same kind, whose model was not current', async () => {
    await withTestRun(async (warehouse) => {
      const other = { runId: 'b', kind: SIMULATED.replace('240p', '144p') };
      await finish(warehouse, { runId: 'a', kind: SIMULATED });
      await finish(warehouse, other);
      const replaced = await modelsOf(warehouse, 'a');
      assert.deepEqual(replaced, [{ modelId: 'm-a', kind: SIMULATED, isCurrent: false }]);
      await warehouse.run("delete from main.models where run_id = 'a'");
      assert.match(
        await finish(warehouse, { runId: 'a', kind: SIMULATED, macroF1: 0.9, replaced }),
        /^no, m-b is of another kind/,
      );
      const wasCurrent = await modelsOf(warehouse, 'b');
      await warehouse.run("delete from main.models where run_id = 'b'");
      assert.match(await finish(warehouse, { ...other, replaced: wasCurrent }), /^yes, its run replaces/);
    });
  });

  it('is any that is promoted', async () => {
    await withTestRun(async (warehouse) => {
      await finish(warehouse, { runId: 'a' });
      await finish(warehouse, { runId: 'b', macroF1: 0.1 });
      await promoteModel(warehouse, 'm-b');
      const current = 'select model_id, standing from main.models where is_current';
      assert.deepEqual(await warehouse.rows(current), [
        { model_id: 'm-b', standing: 'promoted with vqi models promote' },
      ]);
      // It stays until a better one of its kind comes, or another is promoted.
      const netflix = REAL.replace('youtube', 'netflix');
      assert.match(
        await finish(warehouse, { runId: 'new', kind: netflix, macroF1: 0.9 }),
        /^no, m-b was promoted with vqi models promote, and is of another kind/,
      );
      assert.match(await finish(warehouse, { runId: 'better', macroF1: 0.9 }), /^yes, better: /);
      assert.deepEqual(
        await warehouse.rows("select standing, is_promoted from main.models where model_id = 'm-b'"),
        [{ standing: 'replaced by m-better', is_promoted: false }],
      );
      await assert.rejects(
        promoteModel(warehouse, 'm-c'),
        /there is no model m-c; known models: m-a, m-b, m-better, m-new: name one of them/,
      );
    });
  });
});
