import { createRandom } from '../models/random.js';
import type { ConfusionMatrix } from './confusion.js';
import { accuracyOf, classReport } from './metrics.js';

/** Bounds that hold 95 % of the resampled values. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const DRAWS = 1000;
const TAIL = 0.025;

/**
 * Percentile bootstrap over sessions (Efron): sessions are drawn with replacement, as many as there are,
 * 1,000 times; the windows of a session resemble each other, so drawing windows would promise too much.
 *
 * @param bySession one confusion matrix per session
 * @returns null with fewer than two sessions
 */
export function sessionIntervals(
  bySession: readonly ConfusionMatrix[],
  seed: number,
): { readonly accuracy: Interval; readonly macroF1: Interval } | null {
  if (bySession.length < 2) return null;
  const random = createRandom(seed);
  const draws = Array.from({ length: DRAWS }, () =>
    sumOf(bySession.map(() => bySession[random.integer(bySession.length)]!)),
  );
  return {
    accuracy: intervalOf(draws.map(accuracyOf)),
    macroF1: intervalOf(draws.map((draw) => classReport(draw).macroF1)),
  };
}

/**
 * The same for the mean over folds of macro-F1: in each draw the sessions of each fold are drawn anew, from that fold.
 *
 * @param folds by fold, one confusion matrix per session
 * @returns null where no fold has two sessions
 */
export function foldMeanInterval(
  folds: readonly (readonly ConfusionMatrix[])[],
  seed: number,
): Interval | null {
  if (folds.every(({ length }) => length < 2)) return null;
  const random = createRandom(seed);
  const flat = folds.map((sessions) => sessions.map((matrix) => Int32Array.from(matrix.flat())));
  const draws = Array.from({ length: DRAWS }, () => {
    let total = 0;
    for (const sessions of flat) {
      const counts = new Int32Array(sessions[0]?.length ?? 0);
      for (let draw = 0; draw < sessions.length; draw++) {
        const drawn = sessions[random.integer(sessions.length)]!;
        for (let cell = 0; cell < counts.length; cell++) counts[cell]! += drawn[cell]!;
      }
      total += macroF1Of(counts);
    }
    return total / flat.length;
  });
  return intervalOf(draws);
}

/**
 * How much better one model is than others on the same sessions: percentile bootstrap of its macro-F1 less their mean, all
 * models on the sessions drawn, so that what makes a session hard for all tells nothing.
 *
 * @param ours one confusion matrix per session
 * @param others by model, the same sessions in the same order
 * @returns null with fewer than two sessions
 */
export function macroF1Difference(
  ours: readonly ConfusionMatrix[],
  others: readonly (readonly ConfusionMatrix[])[],
  seed: number,
): Interval | null {
  if (others.some((matrices) => matrices.length !== ours.length))
    throw new RangeError(`the models are not of the same ${ours.length} sessions`);
  if (ours.length < 2 || others.length === 0) return null;
  const random = createRandom(seed);
  const draws = Array.from({ length: DRAWS }, () => {
    const drawn = ours.map(() => random.integer(ours.length));
    const score = (matrices: readonly ConfusionMatrix[]): number =>
      classReport(sumOf(drawn.map((at) => matrices[at]!))).macroF1;
    return score(ours) - others.reduce((sum, matrices) => sum + score(matrices), 0) / others.length;
  });
  return intervalOf(draws);
}

/** `classReport(…).macroF1` of a square of counts, without the rest: it is asked for thousands of times a trial. */
export function macroF1Of(counts: Int32Array): number {
  const size = Math.round(Math.sqrt(counts.length));
  let sum = 0;
  let occurring = 0;
  for (let label = 0; label < size; label++) {
    let support = 0;
    let predicted = 0;
    for (let other = 0; other < size; other++) {
      support += counts[label * size + other]!;
      predicted += counts[other * size + label]!;
    }
    if (support + predicted === 0) continue;
    occurring++;
    sum += (2 * counts[label * size + label]!) / (support + predicted);
  }
  return occurring === 0 ? 0 : sum / occurring;
}

/** The middle 95 % of resampled values. */
export function intervalOf(values: readonly number[]): Interval {
  const sorted = Float64Array.from(values).sort();
  return { low: quantile(sorted, TAIL), high: quantile(sorted, 1 - TAIL) };
}

function sumOf(matrices: readonly ConfusionMatrix[]): ConfusionMatrix {
  const sum = matrices[0]!.map((row) => row.map(() => 0));
  for (const matrix of matrices) {
    matrix.forEach((row, truth) => row.forEach((count, predicted) => (sum[truth]![predicted]! += count)));
  }
  return sum;
}

/** Linear interpolation between order statistics, as numpy's default. */
export function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}
