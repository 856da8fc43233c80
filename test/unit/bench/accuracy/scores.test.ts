import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { changedAnswers, scoresBySwitch, scoresOf } from '../../../../bench/accuracy/scores.js';
import { fill } from '../../../../warehouse/core/fill.js';
import { withWarehouse } from '../../../../warehouse/core/open-warehouse.js';
import type { Warehouse } from '../../../../warehouse/core/warehouse.js';

const evaluationRow = (model: string, metric: string, value: number | null, low: number | null = null) => ({
  ...{ model, metric, class_px: null, value },
  ...{ low, high: low === null ? null : low + 0.2 },
});

/** Session, start in seconds, predicted, true, seconds since the switch, split. */
type Answer = readonly [string, number, number | null, number | null, number | null, string];

async function makeTimeline(warehouse: Warehouse, answers: readonly Answer[]): Promise<void> {
  const values = answers
    .map(
      ([session, seconds, predicted, truth, since, split]) =>
        `('${session}', ${seconds * 1e6}::bigint, ${predicted}::integer, ${truth}::integer, ${since}::double, '${split}')`,
    )
    .join(', ');
  await warehouse.run(
    `create table resolution_timeline as
      from (values ${values}) as t(session_id, start_us, predicted_px, true_px, since_switch_seconds, split)`,
  );
}

describe('scores of the accuracy bench, from the tables of runs', () => {
  let folder = '';
  const read = <T>(work: (warehouse: Warehouse) => Promise<T>): Promise<T> =>
    withWarehouse(join(folder, 'warehouse.duckdb'), work);
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-scores-'));
    await read(async (warehouse) => {
      await warehouse.useRun('a run');
      await fill(warehouse, 'evaluation', [
        evaluationRow('model', 'windows', 5),
        evaluationRow('model', 'sessions', 2),
        evaluationRow('model', 'accuracy', 0.6, 0.5),
        evaluationRow('model', 'macro_f1', 0.4, 0.3),
        evaluationRow('model', 'expected_calibration_error', 0.1, 0.05),
        evaluationRow('model', 'expected_calibration_error_by_chance', null),
        { ...evaluationRow('model', 'f1', 0.9), class_px: 480 },
        evaluationRow('majority', 'accuracy', 0.2),
        evaluationRow('majority', 'macro_f1', 0.1),
        evaluationRow('majority', 'accuracy_lead_of_model', 0.4, 0.25),
        evaluationRow('previous-rung', 'accuracy', 0.99),
        evaluationRow('window-alone', 'accuracy', 0.98),
      ]);
      const ages = { windows: 2, sessions: 1, accuracy: 0.5, low: 0.1, high: 0.9, within_one_rung: 1 };
      await fill(warehouse, 'evaluation_by_switch', [
        { model: 'model', since_switch: '40 s on', ...ages },
        { model: 'majority', since_switch: '40 s on', ...ages, accuracy: 0.25 },
        { model: 'model', since_switch: 'in the window', ...ages, low: null, high: null },
      ]);
      await makeTimeline(warehouse, [
        ['a', 0, 480, 480, null, 'held out'],
        ['a', 10, 720, 480, -3, 'none'],
        ['a', 20, null, 240, 7, 'held out'],
        ['a', 60, 240, 240, 40, 'held out'],
        ['a', 70, 480, 240, 50, 'held out'],
        ['b', 0, 480, 480, null, 'training'],
        ['b', 0, 480, null, null, 'held out'],
      ]);
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are those of the evaluation, with the shares of windows answered and of wrong answers', async () => {
    const scores = await read((warehouse) => scoresOf(warehouse, 'a run'));
    assert.deepEqual(scores, {
      sessions: 2,
      windows: 5,
      accuracy: { value: 0.6, low: 0.5, high: 0.7 },
      macroF1: { value: 0.4, low: 0.3, high: 0.5 },
      baselines: [
        { name: 'majority', accuracy: 0.2, macroF1: 0.1, lead: { value: 0.4, low: 0.25, high: 0.45 } },
      ],
      calibrationError: 0.1,
      calibrationErrorByChance: null,
      // Four labelled windows are held out: three have an answer, one of them is wrong.
      answered: 3 / 4,
      wrong: 1 / 3,
    });
  });

  it('are divided by the time since the last switch', async () => {
    const scores = await read((warehouse) => scoresBySwitch(warehouse, 'a run'));
    const of = (since: string) => scores.find((each) => each.since === since)?.scores;
    assert.equal(scores.length, 6);
    assert.deepEqual([of('none so far')?.answered, of('none so far')?.wrong], [1, 0]);
    assert.deepEqual([of('in the window')?.answered, of('in the window')?.wrong], [1, 1]);
    assert.deepEqual([of('0-10 s')?.answered, of('0-10 s')?.wrong], [0, null]);
    assert.deepEqual([of('10-30 s')?.answered, of('10-30 s')?.windows], [null, 0]);
    assert.deepEqual([of('40 s on')?.answered, of('40 s on')?.wrong], [1, 1 / 2]);
    assert.deepEqual(of('40 s on')?.accuracy, { value: 0.5, low: 0.1, high: 0.9 });
    assert.deepEqual(of('40 s on')?.baselines, [
      { name: 'majority', accuracy: 0.25, macroF1: null, lead: null },
    ]);
  });

  it('count the windows whose answer is another one, or missing, with background', async () => {
    const changed = await read(async (warehouse) => {
      await warehouse.useRun('before');
      await makeTimeline(warehouse, [
        ['a', 0, 480, 480, null, 'held out'],
        ['a', 10, 480, 480, null, 'held out'],
        ['a', 20, null, 480, null, 'held out'],
        ['a', 30, 720, 480, null, 'held out'],
        ['a', 40, 720, null, null, 'held out'],
        ['b', 0, 240, 240, null, 'held out'],
        ['c', 0, 240, 240, null, 'training'],
      ]);
      await warehouse.useRun('after');
      // The session begins four seconds earlier, and a second part of it is another session; b has no window.
      await makeTimeline(warehouse, [
        ['a', -4, 480, 480, null, 'held out'],
        ['a', 6, 240, 480, null, 'held out'],
        ['a#2', 16, null, 480, null, 'held out'],
        ['a#2', 26, 720, 480, null, 'held out'],
        ['a#2', 36, 240, 480, null, 'held out'],
      ]);
      return await changedAnswers(warehouse, 'before', 'after');
    });
    // Five windows: 480 stays, 480 becomes 240, unknown stays, 720 stays, and 240 of b is missing.
    assert.equal(changed, 2 / 5);
  });
});
