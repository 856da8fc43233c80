import { createRandom, deriveSeed, type Random } from '../../../../common/random.js';
import type { FitPart } from '../../../fitting/fit-part.js';
import type { BinnedFeatures } from '../bin-features.js';
import type { FlatTree } from '../flat-tree.js';
import { GradientTreeGrower, type GradientTreeRules } from './grow-gradient-tree.js';

/** Input of every tree of a boosting, on any thread; arrays by row are on shared memory. */
export interface BoostingWork {
  readonly binned: BinnedFeatures;
  readonly rules: GradientTreeRules;
  readonly featureShare: number;
  readonly seed: number;
  /** Class of each row, and weight of a row of each class. */
  readonly labels: Int32Array;
  readonly weights: Float64Array;
  readonly classCount: number;
  /** Classes that have trees: part p is the tree of round floor(p / scored.length), class scored[p % scored.length]. */
  readonly scored: readonly number[];
  /** At the start of the round, rows x classes. */
  readonly probabilities: Float64Array;
  /** Rows x classes; the tree of a class adds to its column. */
  readonly scores: Float64Array;
}

/** A tree of a boosting, and by column how much its splits lower the loss. */
export interface BoostedTree {
  readonly tree: FlatTree;
  readonly gains: Float64Array;
}

/** Trees of a boosting; a part is the tree of one class in one round. */
export const BOOSTING_TREES: FitPart<BoostingWork, BoostedTree> = {
  name: 'boosting-trees',
  prepare: boostingTreeGrower,
};

/** Grows trees by number. Trees of a round are independent: each class has its own column of the scores. */
function boostingTreeGrower(work: BoostingWork): (part: number) => BoostedTree {
  const { binned, labels, weights, classCount, scored, probabilities, scores } = work;
  const { rows, columns } = binned;
  const grower = new GradientTreeGrower(binned, work.rules);
  const gradients = new Float64Array(rows);
  const hessians = new Float64Array(rows);
  return (part) => {
    const label = scored[part % scored.length]!;
    for (let row = 0; row < rows; row++) {
      const probability = probabilities[row * classCount + label]!;
      const weight = weights[labels[row]!]!;
      gradients[row] = weight * (probability - (labels[row] === label ? 1 : 0));
      hessians[row] = weight * probability * (1 - probability);
    }
    const addToScores = (leafRows: Int32Array, value: number): void => {
      for (let at = 0; at < leafRows.length; at++) scores[leafRows[at]! * classCount + label]! += value;
    };
    const gains = new Float64Array(columns);
    const random = createRandom(deriveSeed(work.seed, `round-${Math.floor(part / scored.length)}`));
    const features = drawFeatures(columns, work.featureShare, random);
    return { tree: grower.grow(gradients, hessians, features, addToScores, gains), gains };
  };
}

function drawFeatures(columns: number, share: number, random: Random): Int32Array {
  const all = Array.from({ length: columns }, (_, column) => column);
  const count = Math.max(1, Math.round(share * columns));
  if (count === columns) return Int32Array.from(all);
  return Int32Array.from(random.shuffle(all).slice(0, count)).sort();
}
