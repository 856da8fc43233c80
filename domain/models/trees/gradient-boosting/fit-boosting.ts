import type { GradientBoostingSetting } from '../../../../schemas/search.js';
import type { FitInput, FitResult } from '../../fitted-model.js';
import { createRandom, deriveSeed, type Random } from '../../random.js';
import { binFeatures } from '../bin-features.js';
import { classWeights } from '../class-weights.js';
import type { FlatTree } from '../flat-tree.js';
import { scoredClasses, softmax } from '../tree-ensemble.js';
import { createTreeModel } from '../tree-model.js';
import { GradientTreeGrower } from './grow-gradient-tree.js';

/**
 * Gradient boosting of the multinomial log loss (Friedman, Greedy function approximation, 2001) on binned
 * features, as LightGBM and scikit-learn's HistGradientBoosting do it: each round grows one tree a class, along
 * the gradients of the round's start; with two classes one tree a round, for the second class. Nothing is random
 * but the features of a round, where the setting takes a share of them.
 */
export function fitBoosting(setting: GradientBoostingSetting, input: FitInput): FitResult {
  const { features, labels, classCount, signal, onProgress } = input;
  const weights = classWeights(labels, classCount, setting.classWeights);
  const present = [...weights.keys()].filter((label) => weights[label]! > 0);
  const scored = scoredClasses(present);
  const baseScores = priorScores(labels, weights, present, scored);
  const binned = input.binned ?? binFeatures(features);
  const grower = new GradientTreeGrower(binned, setting);
  const { rows, columns } = binned;

  const scores = new Float64Array(rows * classCount);
  for (let row = 0; row < rows; row++) scores.set(baseScores, row * classCount);
  const probabilities = new Float64Array(rows * classCount);
  const gradients = new Float64Array(rows);
  const hessians = new Float64Array(rows);
  const gains = new Float64Array(columns);
  const trees: FlatTree[] = [];
  for (let round = 0; round < setting.rounds; round++) {
    signal?.throwIfAborted();
    probabilities.set(scores);
    for (let row = 0; row < rows; row++) {
      softmax(probabilities.subarray(row * classCount, (row + 1) * classCount), present);
    }
    const random = createRandom(deriveSeed(input.seed, `round-${round}`));
    const ofRound = drawFeatures(columns, setting.featureShare, random);
    for (const label of scored) {
      for (let row = 0; row < rows; row++) {
        const probability = probabilities[row * classCount + label]!;
        const weight = weights[labels[row]!]!;
        gradients[row] = weight * (probability - (labels[row] === label ? 1 : 0));
        hessians[row] = weight * probability * (1 - probability);
      }
      const addToScores = (leafRows: Int32Array, value: number): void => {
        for (let at = 0; at < leafRows.length; at++) scores[leafRows[at]! * classCount + label]! += value;
      };
      trees.push(grower.grow(gradients, hessians, ofRound, addToScores, gains));
    }
    onProgress?.(round + 1, setting.rounds);
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

/** Logarithms of the classes' shares, weighted; relative to the first class where only the second is scored. */
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

function drawFeatures(columns: number, share: number, random: Random): Int32Array {
  const all = Array.from({ length: columns }, (_, column) => column);
  const count = Math.max(1, Math.round(share * columns));
  if (count === columns) return Int32Array.from(all);
  return Int32Array.from(random.shuffle(all).slice(0, count)).sort();
}
