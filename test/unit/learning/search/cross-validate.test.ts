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
  it('scores every fold on its own rows, and the rows of all folds together', async () => {
    const scored: number[] = [];
    const { folds, overall, warnings } = await crossValidate({
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
    assert.ok(overall.macroF1 > 0.45, `${overall.macroF1}`);
    // Folds of equal size: the accuracy over all rows is the mean.
    const sum = folds.reduce((total, { accuracy }) => total + accuracy, 0);
    assert.ok(Math.abs(overall.accuracy - sum / 3) < 1e-12);
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
    assert.deepEqual(resumed.overall, whole.overall);
    assert.deepEqual(resumed.interval, whole.interval);
    assert.ok(whole.interval && whole.interval.low < whole.overall.macroF1);
    assert.ok(whole.interval.high > whole.overall.macroF1);
  });

  it('scores a class that a fold does not have over all rows only', async () => {
    // Class 0 in 60 rows of fold 0, and in 30 of fold 1, whose other rows are of class 1. The majority of the other fold is
    // class 0 for both (ties go to the lowest): fold 0 has macro-F1 1, fold 1 2/3 / 2. Over all 120 rows, class 0 has
    // F1 2 x 90 / (90 + 120) = 6/7, and class 1 has 0.
    const rowsOf = { rows: 120, columns: 1, values: new Float64Array(120), featureNames: ['x'] };
    const { folds, overall } = await crossValidate({
      setting: { family: 'majority' },
      features: rowsOf,
      labels: Int32Array.from({ length: 120 }, (_, row) => (row < 90 ? 0 : 1)),
      folds: Int32Array.from({ length: 120 }, (_, row) => (row < 60 ? 0 : 1)),
      classCount: 2,
      foldCount: 2,
      seed: 1,
    });
    assert.deepEqual(
      folds.map(({ macroF1 }) => macroF1),
      [1, 1 / 3],
    );
    assert.ok(Math.abs(overall.macroF1 - 3 / 7) < 1e-12);
    assert.equal(overall.accuracy, 0.75);
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
    const { overall } = await crossValidate({ ...input, labels, setting: majority });
    assert.equal(overall.accuracy, 0);
  });

  it('fits on a part of the training rows, the same every time', async () => {
    const setting = { ...input.setting, rowCap: 1000 };
    const part = await crossValidate({ ...input, setting: { ...setting, rowCap: 30 }, trainShare: 1 / 3 });
    // 40 of 120 rows are left, of which the cap takes 30: the warning counts the rows that the model was fitted on.
    assert.deepEqual(part.warnings, ['ml-random-forest was trained on 30 of 40 rows (row cap)']);
    const small = await crossValidate({ ...input, setting, trainShare: 1 / 3 });
    assert.deepEqual(await crossValidate({ ...input, setting, trainShare: 1 / 3 }), small);
    assert.notDeepEqual(small.overall, (await crossValidate({ ...input, setting })).overall);
  });

  it('reports which fold has no rows', async () => {
    await assert.rejects(crossValidate({ ...input, foldCount: 4 }), /fold 3 of 4 has no rows/);
  });
});
