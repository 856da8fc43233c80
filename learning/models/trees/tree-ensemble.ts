import { z } from 'zod';
import type { FeatureMatrix } from '../../fitting/feature-matrix.js';
import { findLeaves, flatTreeSchema, flatTreeToJson, leafCount, type FlatTree } from './flat-tree.js';

const VERSION = 1;

/** Rows predicted together: few enough that their values stay in the cache for all trees. */
const BLOCK_ROWS = 256;

/**
 * Trees whose leaf values add up.
 *
 * - `mean`: a leaf has a share for each class; a row's probabilities are the mean over the trees.
 * - `softmax`: a leaf of tree t has one value, which is added to the base score of class `scored[t % scored.length]`;
 *   the probabilities are the softmax over `present`.
 */
export interface TreeEnsemble {
  readonly kind: 'mean' | 'softmax';
  readonly classCount: number;
  readonly trees: readonly FlatTree[];
  /** Classes that can be predicted, ascending; the others have probability 0. */
  readonly present: readonly number[];
  /** Softmax: classes that have trees: all of `present`, or the second of two. */
  readonly scored: readonly number[];
  /** Softmax: score of each class before the trees. */
  readonly baseScores: readonly number[];
  /** Share of each column in the gain of all splits; sums to 1, or all 0. */
  readonly importances: readonly number[];
}

const classIndices = z.array(z.int().min(0));

/** Reads what `ensembleToJson` wrote; every index is checked against the number of features and classes. */
export function treeEnsembleSchema(kind: TreeEnsemble['kind'], featureCount: number) {
  return z
    .strictObject({
      version: z.literal(VERSION),
      kind: z.literal(kind),
      classCount: z.int().min(1).max(256),
      present: classIndices.min(1),
      scored: classIndices,
      baseScores: z.array(z.number()),
      importances: z.array(z.number()).length(featureCount),
      trees: z.array(flatTreeSchema).min(1),
    })
    .superRefine((ensemble, context) => {
      const fault = faultOf(ensemble, featureCount);
      if (fault !== null) context.addIssue(fault);
    });
}

/** Plain JSON value from which `treeEnsembleSchema` reads an ensemble with identical predictions. */
export function ensembleToJson(ensemble: TreeEnsemble): unknown {
  return { version: VERSION, ...ensemble, trees: ensemble.trees.map(flatTreeToJson) };
}

/** Probabilities, rows x classes, row-major; every row sums to 1. */
export function ensembleProbabilities(ensemble: TreeEnsemble, features: FeatureMatrix): Float64Array {
  const { classCount, trees, kind, scored, baseScores } = ensemble;
  const { rows, columns, values } = features;
  const sums = new Float64Array(rows * classCount);
  const leaves = new Int32Array(BLOCK_ROWS);
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const to = Math.min(rows, from + BLOCK_ROWS);
    if (kind === 'softmax') for (let row = from; row < to; row++) sums.set(baseScores, row * classCount);
    for (let index = 0; index < trees.length; index++) {
      const tree = trees[index]!;
      findLeaves(tree, values, columns, from, to, leaves);
      const block = leaves.subarray(0, to - from);
      const target = sums.subarray(from * classCount, to * classCount);
      if (kind === 'mean') addShares(tree.leafValues, block, classCount, target);
      else addScores(tree.leafValues, block, classCount, scored[index % scored.length]!, target);
    }
    for (let row = from; row < to; row++) {
      const ofRow = sums.subarray(row * classCount, (row + 1) * classCount);
      if (kind === 'mean') divideBySum(ofRow);
      else softmax(ofRow, ensemble.present);
    }
  }
  return sums;
}

function addShares(
  leafValues: Float32Array,
  leaves: Int32Array,
  classCount: number,
  sums: Float64Array,
): void {
  for (let row = 0; row < leaves.length; row++) {
    const first = leaves[row]! * classCount;
    for (let label = 0; label < classCount; label++) {
      sums[row * classCount + label]! += leafValues[first + label]!;
    }
  }
}

function addScores(
  leafValues: Float32Array,
  leaves: Int32Array,
  classCount: number,
  label: number,
  sums: Float64Array,
): void {
  for (let row = 0; row < leaves.length; row++) {
    sums[row * classCount + label]! += leafValues[leaves[row]!]!;
  }
}

function divideBySum(values: Float64Array): void {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  for (let index = 0; index < values.length; index++) values[index]! /= sum;
}

/** Scores to probabilities, in place; a class that is not present gets 0. */
export function softmax(scores: Float64Array, present: readonly number[]): void {
  let greatest = -Infinity;
  for (const label of present) greatest = Math.max(greatest, scores[label]!);
  let sum = 0;
  for (const label of present) sum += Math.exp(scores[label]! - greatest);
  let at = 0;
  for (let label = 0; label < scores.length; label++) {
    if (label === present[at]) {
      scores[label] = Math.exp(scores[label]! - greatest) / sum;
      at++;
    } else {
      scores[label] = 0;
    }
  }
}

function faultOf(ensemble: TreeEnsemble, featureCount: number): string | null {
  const { kind, classCount, present, scored, baseScores, trees } = ensemble;
  if (present.some((label, at) => label >= classCount || label <= (present[at - 1] ?? -1))) {
    return 'the classes present are not ascending classes of the model';
  }
  if (kind === 'softmax') {
    const expected = scoredClasses(present);
    if (scored.join() !== expected.join()) return `the classes scored are not ${expected.join()}`;
    if (baseScores.length !== classCount) return `${baseScores.length} base scores for ${classCount} classes`;
  } else if (scored.length > 0 || baseScores.length > 0) {
    return 'a mean of trees has no scores';
  }
  const outputs = kind === 'mean' ? classCount : 1;
  for (const [index, tree] of trees.entries()) {
    if (tree.leafValues.length !== leafCount(tree) * outputs) {
      return `tree ${index} has ${tree.leafValues.length} values for ${leafCount(tree)} leaves of ${outputs}`;
    }
    if (tree.feature.some((feature) => feature >= featureCount)) {
      return `tree ${index} has a feature beyond the ${featureCount} of the model`;
    }
    if (kind === 'mean' && !areShares(tree.leafValues, classCount)) {
      return `a leaf of tree ${index} does not contain shares of classes`;
    }
  }
  return null;
}

/** Classes that need trees for a softmax over these classes: of two classes, only the second is scored. */
export function scoredClasses(present: readonly number[]): readonly number[] {
  return present.length === 2 ? present.slice(1) : present;
}

function areShares(leafValues: Float32Array, classCount: number): boolean {
  for (let first = 0; first < leafValues.length; first += classCount) {
    let sum = 0;
    for (let label = 0; label < classCount; label++) {
      const share = leafValues[first + label]!;
      if (share < 0) return false;
      sum += share;
    }
    if (Math.abs(sum - 1) > 1e-5) return false;
  }
  return true;
}
