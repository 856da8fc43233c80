import type { ConfusionMatrix } from './confusion.js';

/** Scores of one class; 0 if the denominator is 0, as with scikit-learn's `zero_division=0`. */
export interface ClassScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Rows whose true class this is. */
  readonly support: number;
}

/** Scores by class and their means. */
export interface ClassReport {
  /** One per class, including classes that do not occur. */
  readonly perClass: readonly ClassScores[];
  /** Mean F1 over the classes that occur in the truth or among the predictions; 0 without rows. */
  readonly macroF1: number;
  /** Mean F1 weighted by support; 0 without rows. */
  readonly weightedF1: number;
}

/** Share of rows on the diagonal; 0 without rows. */
export function accuracyOf(confusion: ConfusionMatrix): number {
  return ratio(sum(confusion.map((row, label) => row[label]!)), sum(confusion.map((row) => sum(row))));
}

/** Precision, recall and F1 as scikit-learn's `precision_recall_fscore_support` defines them. */
export function classReport(confusion: ConfusionMatrix): ClassReport {
  const predicted = confusion.map((_, label) => sum(confusion.map((row) => row[label]!)));
  const perClass = confusion.map((row, label) => {
    const support = sum(row);
    const right = row[label]!;
    return {
      precision: ratio(right, predicted[label]!),
      recall: ratio(right, support),
      f1: ratio(2 * right, predicted[label]! + support),
      support,
    };
  });
  const occurring = perClass.filter(({ support }, label) => support > 0 || predicted[label]! > 0);
  const rows = sum(perClass.map(({ support }) => support));
  return {
    perClass,
    macroF1: ratio(sum(occurring.map(({ f1 }) => f1)), occurring.length),
    weightedF1: ratio(sum(perClass.map(({ f1, support }) => f1 * support)), rows),
  };
}

/**
 * Mean negative logarithm of the probability given to the true class, with probabilities clipped by the
 * epsilon of float64 as in scikit-learn; NaN without rows.
 *
 * @param probabilities rows x classes, row-major
 */
export function logLoss(truth: Int32Array, probabilities: Float64Array, classCount: number): number {
  let loss = 0;
  for (const [row, label] of truth.entries()) {
    const probability = probabilities[row * classCount + label]!;
    loss -= Math.log(Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON));
  }
  return loss / truth.length;
}

/** Distance between prediction and truth on the ladder, in rungs; both are 0 without rows. */
export function rungErrors(confusion: ConfusionMatrix): {
  /** Share of rows that are right or one rung off. */
  readonly withinOneRung: number;
  /** Mean distance in rungs. */
  readonly meanAbsoluteRungError: number;
} {
  const cells = confusion.flatMap((row, truth) =>
    row.map((count, predicted) => ({ count, distance: Math.abs(truth - predicted) })),
  );
  const rows = sum(cells.map(({ count }) => count));
  return {
    withinOneRung: ratio(sum(cells.map(({ count, distance }) => (distance <= 1 ? count : 0))), rows),
    meanAbsoluteRungError: ratio(sum(cells.map(({ count, distance }) => count * distance)), rows),
  };
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0);
}

/**
 * The likeliest class of each row, the lowest on a tie.
 *
 * @param probabilities rows x classes, row-major
 */
export function likeliestClasses(probabilities: Float64Array, classCount: number): Int32Array {
  return Int32Array.from({ length: probabilities.length / classCount }, (_, row) => {
    let best = 0;
    for (let label = 1; label < classCount; label++) {
      if (probabilities[row * classCount + label]! > probabilities[row * classCount + best]!) best = label;
    }
    return best;
  });
}
