import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';
import { confusionMatrix } from '../../../learning/evaluation/confusion.js';
import { classReport, likeliestClasses } from '../../../learning/evaluation/metrics.js';
import { fitModel, type FitInput, type FittedModel } from '../../../learning/models/estimator.js';
import { trialSettingSchema } from '../../../schemas/search.js';
import { matrixOf } from '../../unit/learning/models/synthetic.js';

/** Contents of the file that `make_expected.py` writes. */
interface Expected {
  readonly columns: number;
  readonly classCount: number;
  readonly trainRows: number;
  readonly values: readonly (number | null)[];
  readonly labels: readonly number[];
  readonly macroF1: Readonly<Record<string, { readonly mean: number; readonly sd: number }>>;
  readonly tree: readonly (readonly number[])[];
  readonly balancedTree: readonly (readonly number[])[];
  readonly boosting: readonly (readonly number[])[];
}

const path = join(projectRoot(), 'test', 'golden', 'trees', 'trees.json');
const expected = JSON.parse(readFileSync(path, 'utf8')) as Expected;
const { columns, classCount, trainRows } = expected;

const rowsOf = (from: number, to: number, seed: number): FitInput => ({
  features: matrixOf(
    Float64Array.from(expected.values.slice(from * columns, to * columns), (value) => value ?? NaN),
    columns,
  ),
  labels: Int32Array.from(expected.labels.slice(from, to)),
  classCount,
  seed,
});
const training = (seed = 1): FitInput => rowsOf(0, trainRows, seed);
const heldOut = rowsOf(trainRows, expected.labels.length, 1);

const macroF1On = (model: FittedModel, { features, labels }: FitInput): number =>
  classReport(
    confusionMatrix(labels, likeliestClasses(model.predictProbabilities(features), classCount), classCount),
  ).macroF1;

describe("scikit-learn's trees on the same rows", () => {
  for (const [what, setting, probabilities, tolerance] of [
    [
      'one tree of depth 4 with every feature',
      {
        family: 'random-forest',
        maxDepth: 4,
        minSamplesPerLeaf: 7,
        trees: 1,
        featureShare: 1,
        bootstrap: false,
      },
      expected.tree,
      1e-6,
    ],
    [
      'one tree of depth 4 with balanced classes',
      {
        family: 'random-forest',
        maxDepth: 4,
        trees: 1,
        featureShare: 1,
        bootstrap: false,
        classWeights: 'balanced',
      },
      expected.balancedTree,
      1e-6,
    ],
    [
      'five rounds of boosting',
      { family: 'gradient-boosting', rounds: 5, maxLeaves: 8, minSamplesPerLeaf: 1, l2: 0.5 },
      expected.boosting,
      1e-5,
    ],
  ] as const) {
    it(`give the same probabilities: ${what}`, () => {
      const few = rowsOf(0, probabilities.length, 1);
      const { model } = fitModel(trialSettingSchema.parse(setting), few);
      const found = model.predictProbabilities(few.features);
      const wrong = probabilities
        .flat()
        .filter((value, index) => Math.abs(value - found[index]!) > tolerance);
      assert.equal(wrong.length, 0, `${wrong.length} of ${probabilities.flat().length} differ`);
    });
  }

  // Tolerance: three standard errors of a mean of six models, plus the possible effect of binning.
  for (const [family, settings] of [
    ['random-forest', {}],
    ['extra-trees', {}],
    ['gradient-boosting', { rounds: 60 }],
  ] as const) {
    it(`have the same macro-F1 on other rows: ${family}`, () => {
      const seeds = [1, 2, 3, 4, 5, 6];
      const scores = seeds.map((seed) =>
        macroF1On(fitModel(trialSettingSchema.parse({ family, ...settings }), training(seed)).model, heldOut),
      );
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      const { mean: theirs, sd } = expected.macroF1[family]!;
      const tolerance = 0.01 + (3 * sd) / Math.sqrt(seeds.length);
      assert.ok(Math.abs(mean - theirs) <= tolerance, `${mean} against ${theirs}, tolerance ${tolerance}`);
    });
  }
});
