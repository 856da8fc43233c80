import type { GradientBoostingSetting } from '../../../../schemas/search.js';
import { classWeights } from '../../../fitting/class-weights.js';
import { LONE_CREW } from '../../../fitting/fit-crew.js';
import type { FitInput, FitResult } from '../../../fitting/fitted-model.js';
import { binFeatures } from '../bin-features.js';
import type { FlatTree } from '../flat-tree.js';
import { scoredClasses, softmax } from '../tree-ensemble.js';
import { createTreeModel } from '../tree-model.js';
import { BOOSTING_TREES } from './boosting-tree.js';

/**
 * Gradient boosting of the multinomial log loss (Friedman, Greedy function approximation, 2001) on binned features,
 * like LightGBM and scikit-learn's HistGradientBoosting: each round grows one tree per class along the gradients at
 * the start of the round; with two classes, one tree for the second class. Only the choice of a round's features is
 * random, if `featureShare` is below 1.
 */
export function fitBoosting(setting: GradientBoostingSetting, input: FitInput): FitResult {
  const { features, labels, classCount, crew = LONE_CREW, signal, onProgress } = input;
  const weights = classWeights(labels, classCount, setting.classWeights);
  const present = [...weights.keys()].filter((label) => weights[label]! > 0);
  const scored = scoredClasses(present);
  const baseScores = priorScores(labels, weights, present, scored);
  const binned = input.binned ?? binFeatures(features);
  const { rows, columns } = binned;

  const scores = new Float64Array(new SharedArrayBuffer(rows * classCount * 8));
  for (let row = 0; row < rows; row++) scores.set(baseScores, row * classCount);
  const probabilities = new Float64Array(new SharedArrayBuffer(rows * classCount * 8));
  const gains = new Float64Array(columns);
  const trees: FlatTree[] = [];
  const team = crew.team(BOOSTING_TREES, {
    binned,
    rules: setting,
    featureShare: setting.featureShare,
    seed: input.seed,
    labels,
    weights,
    classCount,
    scored,
    probabilities,
    scores,
  });
  try {
    for (let round = 0; round < setting.rounds; round++) {
      probabilities.set(scores);
      for (let row = 0; row < rows; row++) {
        softmax(probabilities.subarray(row * classCount, (row + 1) * classCount), present);
      }
      for (const grown of team.run(round * scored.length, (round + 1) * scored.length, { signal })) {
        trees.push(grown.tree);
        for (let column = 0; column < columns; column++) gains[column]! += grown.gains[column]!;
      }
      onProgress?.(round + 1, setting.rounds);
    }
  } finally {
    team.end();
  }
  const gained = gains.reduce((sum, gain) => sum + gain, 0);
  const model = createTreeModel(
    'gradient-boosting',
    {
      kind: 'softmax',
      classCount,
      trees,
      present,
      scored,
      baseScores: [...baseScores],
      importances: Array.from(gains, (gain) => (gained > 0 ? gain / gained : 0)),
    },
    features.featureNames,
  );
  return { model, warnings: [] };
}

/** Logarithms of the classes' weighted shares; relative to the first class if only the second is scored. */
function priorScores(
  labels: Int32Array,
  weights: Float64Array,
  present: readonly number[],
  scored: readonly number[],
): Float64Array {
  const sums = new Float64Array(weights.length);
  for (const label of labels) sums[label]! += weights[label]!;
  const scores = new Float64Array(weights.length);
  const reference =
    scored.length < present.length ? sums[present[0]!]! : sums.reduce((total, sum) => total + sum, 0);
  for (const label of scored) scores[label] = Math.log(sums[label]! / reference);
  return scores;
}
