import { createRandom, deriveSeed } from '../../common/random.js';
import type { TrialSetting } from '../../schemas/search.js';
import { takeAt, takeRows, type FeatureMatrix } from '../fitting/feature-matrix.js';
import { fitModel } from '../models/estimator.js';
import { confusionMatrix } from './confusion.js';
import { likeliestClasses, classReport } from './metrics.js';

/** Small and always the same, so that runs are comparable. */
const SETTING: TrialSetting = {
  family: 'random-forest',
  trees: 30,
  featureShare: 'sqrt',
  maxDepth: 24,
  minSamplesPerLeaf: 1,
  classWeights: 'none',
  bootstrap: true,
};
/** With more rows, randomly drawn whole groups are left out. */
const MAX_ROWS = 20_000;

/** Scores of one forest on rows of unseen groups, and on rows drawn at random. */
export interface LeakageGap {
  readonly macroF1ByGroup: number;
  readonly macroF1ByRow: number;
  /** Rows that each forest was scored on. */
  readonly rows: number;
}

export interface LeakageGapInput {
  /** Labelled rows. */
  readonly features: FeatureMatrix;
  readonly labels: Int32Array;
  readonly classCount: number;
  /** Fold of each row; -1: held out. */
  readonly folds: Int32Array;
  readonly groups: Int32Array;
  readonly seed: number;
}

/**
 * Fits one small forest twice: without the held-out groups, scored on those; and on equally many rows drawn at random,
 * scored on the rest, so that windows of one session are on both sides. The difference is how much a split by row
 * overestimates the score.
 *
 * @returns null if nothing is held out, or the rows of a fit have fewer than two classes
 */
export function leakageGap(input: LeakageGapInput): LeakageGap | null {
  const { labels, folds, seed } = input;
  const rows = chosenRows(input);
  const heldOut = rows.filter((row) => folds[row] === -1);
  const known = rows.filter((row) => folds[row] !== -1);
  const shuffled = Int32Array.from(createRandom(deriveSeed(seed, 'rows at random')).shuffle([...rows]));
  const classesIn = (of: Int32Array): number => new Set(takeAt(labels, of)).size;
  if (heldOut.length === 0 || classesIn(known) < 2 || classesIn(shuffled.subarray(heldOut.length)) < 2)
    return null;
  return {
    macroF1ByGroup: score(input, known, heldOut),
    macroF1ByRow: score(input, shuffled.subarray(heldOut.length), shuffled.subarray(0, heldOut.length)),
    rows: heldOut.length,
  };
}

function score(input: LeakageGapInput, train: Int32Array, test: Int32Array): number {
  const { features, labels, classCount, seed } = input;
  const { model } = fitModel(SETTING, {
    features: takeRows(features, train),
    labels: takeAt(labels, train),
    classCount,
    seed,
  });
  const predicted = likeliestClasses(model.predictProbabilities(takeRows(features, test)), classCount);
  return classReport(confusionMatrix(takeAt(labels, test), predicted, classCount)).macroF1;
}

/** All rows, or the rows of as many whole groups as fit MAX_ROWS. */
function chosenRows({ labels, groups, seed }: LeakageGapInput): Int32Array {
  const all = Int32Array.from(labels.keys());
  if (all.length <= MAX_ROWS) return all;
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const chosen = new Set<number>();
  let rows = 0;
  for (const group of createRandom(deriveSeed(seed, 'groups of the gap')).shuffle([...sizes.keys()])) {
    const size = sizes.get(group) ?? 0;
    if (rows + size > MAX_ROWS) continue;
    rows += size;
    chosen.add(group);
  }
  return all.filter((row) => chosen.has(groups[row]!));
}
