import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RankedTrial } from '../../../activities/warehouse/search-records.js';
import { trialSettingSchema } from '../../../schemas/search.js';
import { rankTrials } from '../../../workflows/search/rank-trials.js';

const trial = (
  number: number,
  family: 'extra-trees' | 'random-forest' | 'svm' | 'gradient-boosting',
  macroF1: number,
  { share = 1, isBounded = true } = {},
): RankedTrial => ({
  spec: { trial: number, setting: trialSettingSchema.parse({ family }) },
  share,
  macroF1,
  // A standard error of 0.02.
  interval: isBounded ? { low: macroF1 - 0.0392, high: macroF1 + 0.0392 } : null,
  foldsPath: '',
  warnings: [],
});
const families = ['extra-trees', 'random-forest', 'svm'] as const;
const order = (trials: readonly RankedTrial[], standardErrors = 1): number[] =>
  rankTrials(trials, { families: [...families], standardErrors }).map(({ spec }) => spec.trial);

describe('rankTrials', () => {
  const forest = trial(1, 'random-forest', 0.7);
  const close = trial(2, 'extra-trees', 0.69);
  const closer = trial(3, 'extra-trees', 0.695);
  const far = trial(4, 'extra-trees', 0.6);

  it('puts first, within a standard error, the family named first, and its highest score', () => {
    assert.deepEqual(order([forest, close, closer, far]), [3, 1, 2, 4]);
    assert.deepEqual(order([forest, far]), [1, 4]);
  });

  it('goes by score alone with standardErrors 0, or if the best trial has no interval', () => {
    assert.deepEqual(order([forest, close, closer, far], 0), [1, 3, 2, 4]);
    assert.deepEqual(order([trial(1, 'svm', 0.7, { isBounded: false }), close]), [1, 2]);
  });

  it('never prefers a smaller budget, and ranks families that are not named last', () => {
    assert.deepEqual(order([forest, trial(5, 'extra-trees', 0.9, { share: 1 / 3 })]), [1, 5]);
    assert.deepEqual(order([trial(6, 'gradient-boosting', 0.7), trial(7, 'svm', 0.69)]), [7, 6]);
    assert.deepEqual(order([]), []);
  });
});
