import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planRungs, withBudget } from '../../../../learning/search/halving.js';
import { halvingConfigSchema } from '../../../../schemas/search.js';

const plan = (trials: number, values: object = {}): [number, number][] =>
  planRungs(trials, halvingConfigSchema.parse(values)).map(({ share, keep }) => [
    Math.round(1 / share),
    keep,
  ]);

describe('planRungs', () => {
  it('gives the brackets of the published algorithm', () => {
    // Li et al., "Hyperband", JMLR 2018, table 1: eta = 3, R = 81, bracket s = 4: 81, 27, 9, 3, 1 settings on 1, 3, 9, 27, 81.
    assert.deepEqual(plan(81, { minShare: 1 / 81, finalists: 1 }), [
      [81, 27],
      [27, 9],
      [9, 3],
      [3, 1],
      [1, 1],
    ]);
  });

  it('ends with the whole budget for some finalists', () => {
    assert.deepEqual(plan(24), [
      [9, 8],
      [3, 3],
      [1, 3],
    ]);
    assert.deepEqual(plan(8), [
      [3, 3],
      [1, 3],
    ]);
    assert.deepEqual(plan(5), [[1, 5]]);
    assert.deepEqual(plan(200, { factor: 1 }), [[1, 200]]);
    assert.deepEqual(plan(200, { minShare: 1 }), [[1, 200]]);
  });
});

describe('withBudget', () => {
  it('takes a part of trees, rounds or rows, never zero', () => {
    const svm = { family: 'ml-svm', C: 3, sigma: 1, maxIterations: 9, rowCap: 800 } as const;
    assert.deepEqual(withBudget(svm, 1 / 9), { setting: { ...svm, rowCap: 89 }, trainShare: 1 });
    assert.deepEqual(withBudget(svm, 1), { setting: svm, trainShare: 1 });
    const tree = {
      family: 'decision-tree',
      maxDepth: 3,
      minSamplesPerLeaf: 1,
      classWeights: 'none',
    } as const;
    assert.deepEqual(withBudget(tree, 1 / 3), { setting: tree, trainShare: 1 / 3 });
    const forest = {
      family: 'extra-trees',
      trees: 4,
      featureShare: 0.5,
      maxDepth: 9,
      minSamplesPerLeaf: 1,
      classWeights: 'none',
      bootstrap: false,
    } as const;
    assert.deepEqual(withBudget(forest, 1 / 9), { setting: { ...forest, trees: 1 }, trainShare: 1 });
  });
});
