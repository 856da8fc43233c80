import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foldMeanInterval, macroF1Of } from '../../../domain/evaluation/bootstrap.js';
import { classReport } from '../../../domain/evaluation/metrics.js';
import { createRandom } from '../../../domain/models/random.js';

describe('foldMeanInterval', () => {
  it('scores a draw as classReport does, also where classes do not occur', () => {
    const random = createRandom(4);
    for (let round = 0; round < 200; round++) {
      const counts = Int32Array.from({ length: 16 }, () => Math.max(0, random.integer(9) - 4));
      const matrix = [0, 1, 2, 3].map((row) => [...counts.subarray(row * 4, row * 4 + 4)]);
      assert.ok(Math.abs(macroF1Of(counts) - classReport(matrix).macroF1) < 1e-12);
    }
  });

  it('is as wide as sessions differ, and null without two sessions in a fold', () => {
    const right = [
      [5, 0],
      [0, 5],
    ];
    const wrong = [
      [0, 5],
      [5, 0],
    ];
    assert.deepEqual(foldMeanInterval([Array<typeof right>(8).fill(right)], 1), { low: 1, high: 1 });
    // Half the sessions right: macro-F1 of a draw is the share k / 16 of right ones, k binomial (16, 1/2), whose 2.5 %
    // and 97.5 % quantiles are 4 and 12.
    const mixed = Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? right : wrong));
    const interval = foldMeanInterval([mixed], 1);
    assert.deepEqual(interval, { low: 4 / 16, high: 12 / 16 });
    assert.equal(foldMeanInterval([[right], [wrong]], 1), null);
  });
});
