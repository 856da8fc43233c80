import type { FeatureMatrix } from '../fitting/feature-matrix.js';

/** Intervals of a column, with equally many rows each; a column with fewer distinct values has one for each value. */
const BINS = 64;

/**
 * Columns with at least this skill are reported. A copy of the label has 1, whatever its name and scale. The best
 * honest feature has 0.48 on 60 real YouTube sessions of the Requet data set (`10_max_chunksize`) and 0.57 on 60
 * simulated sessions, whose titles are all segmented in the same way.
 */
export const LEAK_SKILL = 0.9;

/** How well one column alone predicts the label in held-out sessions. */
export interface ColumnSkill {
  readonly column: string;
  /** Mean recall over the classes. */
  readonly balancedAccuracy: number;
  /** Balanced accuracy, scaled from chance (0) to always right (1); below 0 if worse than chance. */
  readonly skill: number;
}

export interface LeakCheckInput {
  /** Rows of the training set. */
  readonly features: FeatureMatrix;
  /** Class index of each row. */
  readonly labels: Int32Array;
  readonly classCount: number;
  /** Fold of each row, from 0; no session is in two. */
  readonly folds: Int32Array;
}

/**
 * Scores every column by itself: for each fold, the likeliest class of each interval of the column is found in the
 * other folds' rows (all classes weighted equally), and looked up for the fold's rows. Missing values form a separate
 * interval.
 *
 * @returns columns by skill, best first
 */
export function columnSkills({ features, labels, classCount, folds }: LeakCheckInput): ColumnSkill[] {
  const { rows, columns, values, featureNames } = features;
  const foldNumbers = [...new Set(folds)].sort((a, b) => a - b);
  const column = new Float64Array(rows);
  const skills = featureNames.map((name, at): ColumnSkill => {
    for (let row = 0; row < rows; row++) column[row] = values[row * columns + at]!;
    const right = new Float64Array(classCount);
    const support = new Float64Array(classCount);
    for (const fold of foldNumbers) scoreFold({ column, labels, classCount, folds, fold, right, support });
    const occurring = [...support.keys()].filter((label) => support[label]! > 0);
    const balancedAccuracy =
      occurring.reduce((sum, label) => sum + right[label]! / support[label]!, 0) /
      Math.max(1, occurring.length);
    const chance = 1 / Math.max(2, occurring.length);
    return { column: name, balancedAccuracy, skill: (balancedAccuracy - chance) / (1 - chance) };
  });
  return skills.sort((a, b) => b.skill - a.skill || (a.column < b.column ? -1 : 1));
}

interface FoldInput {
  readonly column: Float64Array;
  readonly labels: Int32Array;
  readonly classCount: number;
  readonly folds: Int32Array;
  readonly fold: number;
  /** Rows of each class predicted right, and all its rows; increased in place. */
  readonly right: Float64Array;
  readonly support: Float64Array;
}

function scoreFold({ column, labels, classCount, folds, fold, right, support }: FoldInput): void {
  const edges = binEdges(column.filter((value, row) => folds[row] !== fold && !Number.isNaN(value)));
  const binOf = (value: number): number => (Number.isNaN(value) ? edges.length : lowerBound(edges, value));
  const counts = new Float64Array((edges.length + 1) * classCount);
  const totals = new Float64Array(classCount);
  for (const [row, label] of labels.entries()) {
    if (folds[row] === fold) continue;
    counts[binOf(column[row]!) * classCount + label]!++;
    totals[label]!++;
  }
  const predictedOf = Int32Array.from({ length: edges.length + 1 }, (_, bin) => {
    let best = -1;
    let bestShare = 0;
    for (let label = 0; label < classCount; label++) {
      const share = counts[bin * classCount + label]! / Math.max(1, totals[label]!);
      if (share > bestShare) [best, bestShare] = [label, share];
    }
    return best;
  });
  for (const [row, label] of labels.entries()) {
    // A class that no other fold has cannot be predicted.
    if (folds[row] !== fold || totals[label] === 0) continue;
    support[label]!++;
    if (predictedOf[binOf(column[row]!)] === label) right[label]!++;
  }
}

/**
 * Upper bounds of the bins, ascending, the last one infinite. With few distinct values, bounds are halfway between
 * them. Sorts `values` in place.
 */
function binEdges(values: Float64Array): Float64Array {
  values.sort();
  const distinct: number[] = [];
  for (const value of values) {
    if (value !== distinct.at(-1)) distinct.push(value);
    if (distinct.length > BINS) break;
  }
  const bounds =
    distinct.length <= BINS
      ? distinct.slice(1).map((value, at) => halfway(distinct[at]!, value))
      : Array.from({ length: BINS - 1 }, (_, bin) => values[Math.floor(((bin + 1) * values.length) / BINS)]!);
  return Float64Array.from([...new Set(bounds), Infinity]);
}

/** A number in [low, high). */
function halfway(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle < high ? middle : low;
}

/** Index of the first bound that is at least the value. */
function lowerBound(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bounds[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
