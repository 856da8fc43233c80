import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crossValidate, type FoldOutcome } from '../../../../learning/search/cross-validate.js';
import { syntheticRows } from '../models/synthetic.js';

const rows = syntheticRows({ rows: 180, columns: 4 });
const input = {
  ...rows,
  setting: {
    family: 'ml-random-forest',
    trees: 5,
    featureShare: 0.5,
    maxDepth: 6,
    minSamplesPerLeaf: 2,
    rowCap: 90,
  } as const,
  folds: Int32Array.from({ length: 180 }, (_, row) => Math.floor(row / 10) % 3),
  foldCount: 3,
};

describe('crossValidate', () => {
  it('scores every fold on its own rows and averages over the folds', async () => {
    const scored: number[] = [];
    const { folds, mean, warnings } = await crossValidate({
      ...input,
      onFold: ({ score }) => scored.push(score.fold),
    });
    assert.deepEqual(scored, [0, 1, 2]);
    assert.deepEqual(
      folds.map(({ fold, rows: count }) => [fold, count]),
      [
        [0, 60],
        [1, 60],
        [2, 60],
      ],
    );
    assert.ok(mean.macroF1 > 0.45, `${mean.macroF1}`);
    const sum = folds.reduce((total, { macroF1 }) => total + macroF1, 0);
    assert.ok(Math.abs(mean.macroF1 - sum / 3) < 1e-12);
    assert.deepEqual(warnings, ['ml-random-forest was trained on 90 of 120 rows (row cap)']);
  });

  it('resumes after folds already scored, with the same numbers as an uninterrupted run', async () => {
    const outcomes: FoldOutcome[] = [];
    const whole = await crossValidate({ ...input, onFold: (outcome) => outcomes.push(outcome) });
    const again: number[] = [];
    const resumed = await crossValidate({
      ...input,
      done: outcomes.slice(1, 2),
      onFold: ({ score }) => again.push(score.fold),
    });
    assert.deepEqual(again, [0, 2]);
    assert.deepEqual(resumed.folds, whole.folds);
    assert.deepEqual(resumed.mean, whole.mean);
    assert.deepEqual(resumed.interval, whole.interval);
    assert.ok(whole.interval && whole.interval.low < whole.mean.macroF1);
    assert.ok(whole.interval.high > whole.mean.macroF1);
  });

  it('has no interval if each fold has one session', async () => {
    assert.equal((await crossValidate({ ...input, groups: input.folds })).interval, null);
  });

  it('stops between folds when aborted', async () => {
    const controller = new AbortController();
    const scores: FoldOutcome[] = [];
    const running = crossValidate({
      ...input,
      signal: controller.signal,
      onFold: (outcome) => {
        scores.push(outcome);
        controller.abort(new Error('cancelled by hand'));
      },
    });
    await assert.rejects(running, /cancelled by hand/);
    assert.equal(scores.length, 1);
  });

  it('never scores a row with a model that was trained on it', async () => {
    const majority = { family: 'majority' } as const;
    const labels = Int32Array.from({ length: 180 }, (_, row) => input.folds[row]!);
    const { mean } = await crossValidate({ ...input, labels, setting: majority });
    assert.equal(mean.accuracy, 0);
  });

  it('fits on a part of the training rows, the same every time', async () => {
    const setting = { ...input.setting, rowCap: 1000 };
    const part = await crossValidate({ ...input, setting: { ...setting, rowCap: 30 }, trainShare: 1 / 3 });
    // 40 of 120 rows are left, of which the cap takes 30: the warning counts the rows that the model was fitted on.
    assert.deepEqual(part.warnings, ['ml-random-forest was trained on 30 of 40 rows (row cap)']);
    const small = await crossValidate({ ...input, setting, trainShare: 1 / 3 });
    assert.deepEqual(await crossValidate({ ...input, setting, trainShare: 1 / 3 }), small);
    assert.notDeepEqual(small.mean, (await crossValidate({ ...input, setting })).mean);
  });

  it('reports which fold has no rows', async () => {
    await assert.rejects(crossValidate({ ...input, foldCount: 4 }), /fold 3 of 4 has no rows/);
  });
});
