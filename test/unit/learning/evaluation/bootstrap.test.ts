import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../../common/random.js';
import { foldMeanInterval, macroF1Difference, macroF1Of } from '../../../../learning/evaluation/bootstrap.js';
import { classReport } from '../../../../learning/evaluation/metrics.js';

/** A session of ten windows that are all right, and one whose windows are all wrong. */
const right = [
  [5, 0],
  [0, 5],
];
const wrong = [
  [0, 5],
  [5, 0],
];

describe('foldMeanInterval', () => {
  it('scores a draw as classReport does, also if classes do not occur', () => {
    const random = createRandom(4);
    for (let round = 0; round < 200; round++) {
      const counts = Int32Array.from({ length: 16 }, () => Math.max(0, random.integer(9) - 4));
      const matrix = [0, 1, 2, 3].map((row) => [...counts.subarray(row * 4, row * 4 + 4)]);
      assert.ok(Math.abs(macroF1Of(counts) - classReport(matrix).macroF1) < 1e-12);
    }
  });

  it('is as wide as the sessions differ, and null without two sessions in a fold', () => {
    assert.deepEqual(foldMeanInterval([Array<typeof right>(8).fill(right)], 1), { low: 1, high: 1 });
    // Half the sessions right: macro-F1 of a draw is the share k / 16 of right ones, k binomial (16, 1/2), whose 2.5 %
    // and 97.5 % quantiles are 4 and 12.
    const mixed = Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? right : wrong));
    const interval = foldMeanInterval([mixed], 1);
    assert.deepEqual(interval, { low: 4 / 16, high: 12 / 16 });
    assert.equal(foldMeanInterval([[right], [wrong]], 1), null);
  });
});

describe('macroF1Difference', () => {
  it('ignores what makes sessions hard for both, and is half the difference of models that differ on half of them', () => {
    const mixed = Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? right : wrong));
    const allRight = Array<typeof right>(16).fill(right);
    assert.deepEqual(macroF1Difference(mixed, [mixed, mixed], 1), { low: 0, high: 0 });
    // As above: macro-F1 of a draw of the mixed ones is k / 16, k binomial (16, 1/2).
    assert.deepEqual(macroF1Difference(allRight, [mixed], 1), { low: 4 / 16, high: 12 / 16 });
    // Against the mean of a model that is always right and one that is right on half of the sessions: half the
    // distance.
    assert.deepEqual(macroF1Difference(allRight, [allRight, mixed], 1), { low: 2 / 16, high: 6 / 16 });
  });

  it('is not shifted by a class that is missing from a draw and predicted by only one of the models', () => {
    // One session in twenty is of the third class. The second model is as often right as the first, but predicts that
    // class in one of fifty windows of each session of the second class.
    const sessions = Array.from({ length: 20 }, (_, at) => (at === 0 ? 2 : at % 2));
    const of = (slips: number) =>
      sessions.map((label) => [
        [label === 0 ? 50 : 0, 0, 0],
        [0, label === 1 ? 50 - slips : 0, label === 1 ? slips : 0],
        [0, label === 2 ? 50 : 0, 0],
      ]);
    const { low, high } = macroF1Difference(of(0), [of(1)], 1)!;
    assert.ok(low > 0 && high < 0.02, `${low} to ${high}`);
  });

  it('is null with one session, and rejects models with different sessions', () => {
    assert.equal(macroF1Difference([right], [[wrong]], 1), null);
    assert.throws(() => macroF1Difference([right, right], [[wrong]], 1), RangeError);
  });
});
