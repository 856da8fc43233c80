import { createRandom, deriveSeed } from '../../common/random.js';
import { takeRows, type FeatureMatrix } from '../fitting/feature-matrix.js';
import { confusionMatrix } from './confusion.js';
import { classReport, likeliestClasses, logLoss } from './metrics.js';

/** How much worse a model predicts when the values of a feature, or of a group of features, are shuffled among windows. */
export interface ImportanceScore {
  readonly name: string;
  /** Features shuffled together. */
  readonly features: number;
  /** Mean fall of the macro-F1 over the repeats. */
  readonly fall: number;
  /** Least and largest fall of the repeats. */
  readonly low: number;
  readonly high: number;
  /** Mean rise of the log loss. */
  readonly logLossRise: number;
}

/** Permutation importance on held-out windows; a plain JSON value. */
export interface PermutationImportance {
  readonly windows: number;
  /** Held-out windows, of which `windows` were drawn. */
  readonly heldOut: number;
  readonly repeats: number;
  /** Macro-F1 of these windows with nothing shuffled, each predicted by itself. */
  readonly macroF1: number;
  /** Largest fall first. */
  readonly groups: readonly ImportanceScore[];
  /** Of the groups with the largest falls, the feature with the largest fall first. */
  readonly features: readonly ImportanceScore[];
  /** Features that were not shuffled one by one. */
  readonly featuresLeft: number;
}

/** Input of the measurement. */
export interface ImportanceInput {
  readonly features: FeatureMatrix;
  /** Class index of each row. */
  readonly truth: Int32Array;
  readonly classCount: number;
  /** Probabilities of each row by itself, rows x classes. */
  readonly predict: (features: FeatureMatrix) => Float64Array;
  /** Group of each column. */
  readonly groups: readonly string[];
  readonly seed: number;
  /** At most this many rows are predicted in total. */
  readonly mostPredictions: number;
  readonly onProgress: (stage: string) => void;
}

const MOST_WINDOWS = 500;
const REPEATS = 3;

/**
 * Permutation importance (Breiman, "Random forests", 2001; Fisher, Rudin and Dominici, 2019, for groups): first of every
 * group of features, whose values move together, then of the single features of the best groups, until
 * `mostPredictions` is used up. A feature that others can replace shows a small fall, its group does not.
 */
export function permutationImportance(input: ImportanceInput): PermutationImportance {
  const { truth: allTruth, classCount, predict, groups, seed } = input;
  const heldOut = allTruth.length;
  const drawn = createRandom(deriveSeed(seed, 'importance windows'))
    .shuffle([...allTruth.keys()])
    .slice(0, MOST_WINDOWS)
    .sort((left, right) => left - right);
  const matrix = takeRows(input.features, Int32Array.from(drawn));
  const truth = Int32Array.from(drawn, (row) => allTruth[row]!);
  const score = (features: FeatureMatrix): { macroF1: number; loss: number } => {
    const probabilities = predict(features);
    const predicted = likeliestClasses(probabilities, classCount);
    const { macroF1 } = classReport(confusionMatrix(truth, predicted, classCount));
    return { macroF1, loss: logLoss(truth, probabilities, classCount) };
  };
  const whole = score(matrix);
  const measured = (name: string, columns: readonly number[]): ImportanceScore => {
    input.onProgress(`importance of ${name}`);
    const random = createRandom(deriveSeed(seed, `importance of ${name}`));
    const scores = Array.from({ length: REPEATS }, () =>
      score(withShuffled(matrix, columns, random.shuffle([...truth.keys()]))),
    );
    const falls = scores.map(({ macroF1 }) => whole.macroF1 - macroF1);
    return {
      name,
      features: columns.length,
      fall: mean(falls),
      low: Math.min(...falls),
      high: Math.max(...falls),
      logLossRise: mean(scores.map(({ loss }) => loss - whole.loss)),
    };
  };
  const columnsOf = new Map<string, number[]>();
  for (const [column, group] of groups.entries())
    columnsOf.set(group, [...(columnsOf.get(group) ?? []), column]);
  const most = Math.max(columnsOf.size, Math.floor(input.mostPredictions / (REPEATS * truth.length)));
  const ofGroups = ranked([...columnsOf].map(([name, columns]) => measured(name, columns)));
  const single = ofGroups.flatMap(({ name }) => columnsOf.get(name)!).slice(0, most - columnsOf.size);
  return {
    windows: truth.length,
    heldOut,
    repeats: REPEATS,
    macroF1: whole.macroF1,
    groups: ofGroups,
    features: ranked(single.map((column) => measured(matrix.featureNames[column]!, [column]))),
    featuresLeft: groups.length - single.length,
  };
}

/** A copy in which row `at` has the values of row `order[at]` in the given columns. */
function withShuffled(
  { values, columns: width, ...shape }: FeatureMatrix,
  columns: readonly number[],
  order: readonly number[],
): FeatureMatrix {
  const shuffled = values.slice();
  for (const [row, from] of order.entries())
    for (const column of columns) shuffled[row * width + column] = values[from * width + column]!;
  return { ...shape, columns: width, values: shuffled };
}

function ranked(scores: readonly ImportanceScore[]): ImportanceScore[] {
  return [...scores].sort((left, right) => right.fall - left.fall || right.logLossRise - left.logLossRise);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
