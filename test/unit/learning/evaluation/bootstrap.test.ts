import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../../common/random.js';
import {
  macroF1Difference,
  macroF1Of,
  pairedDraws,
  sessionIntervals,
  standardErrorOf,
} from '../../../../learning/evaluation/bootstrap.js';
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

describe('sessionIntervals', () => {
  it('scores a draw as classReport does, also if classes do not occur', () => {
    const random = createRandom(4);
    for (let round = 0; round < 200; round++) {
      const counts = Int32Array.from({ length: 16 }, () => Math.max(0, random.integer(9) - 4));
      const matrix = [0, 1, 2, 3].map((row) => [...counts.subarray(row * 4, row * 4 + 4)]);
      assert.ok(Math.abs(macroF1Of(counts) - classReport(matrix).macroF1) < 1e-12);
    }
  });

  it('are as wide as the sessions differ, and null without two sessions', () => {
    assert.deepEqual(sessionIntervals(Array<typeof right>(8).fill(right), 1)?.macroF1, { low: 1, high: 1 });
    // Half the sessions right: macro-F1 of a draw is the share k / 16 of right ones, k binomial (16, 1/2), whose 2.5 %
    // and 97.5 % quantiles are 4 and 12.
    const mixed = Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? right : wrong));
    assert.deepEqual(sessionIntervals(mixed, 1)?.macroF1, { low: 4 / 16, high: 12 / 16 });
    assert.equal(sessionIntervals([right], 1), null);
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

describe('pairedDraws', () => {
  it('give a difference the error that its formula gives, and none to equal models', () => {
    // The second model is wrong in 4 of 16 sessions: the difference is a mean of 16 draws of 0 or 1 with p = 1/4, whose
    // standard error is sqrt(p (1 - p) / 16) = 0.108. By themselves, the errors of both are larger.
    const of = (wrongOnes: (at: number) => boolean) =>
      Array.from({ length: 16 }, (_, at) => (wrongOnes(at) ? wrong : right));
    const [first, second, same] = pairedDraws(
      [of((at) => at < 8), of((at) => at < 12), of((at) => at < 8)],
      1,
    );
    const expected = Math.sqrt((0.25 * 0.75) / 16);
    for (const metric of ['accuracy', 'macroF1'] as const) {
      const found = standardErrorOf(first![metric], second![metric]);
      // 1,000 draws estimate it within 1 / sqrt(2,000) of itself; four times that is exceeded once in 16,000.
      assert.ok(Math.abs(found / expected - 1) < 4 / Math.sqrt(2000), `${metric}: ${found}`);
      assert.equal(standardErrorOf(first![metric], same![metric]), 0);
    }
    assert.throws(() => pairedDraws([[right], [right, wrong]], 1), RangeError);
  });
});
