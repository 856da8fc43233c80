import { createRandom, type Random } from '../../common/random.js';
import type { ConfusionMatrix } from './confusion.js';

/** Bounds that contain 95 % of the resampled values. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const DRAWS = 1000;
const TAIL = 0.025;

/**
 * Percentile bootstrap over sessions (Efron): as many sessions as there are are drawn with replacement, 1,000 times.
 * Windows of a session resemble each other, so drawing windows would give intervals that are too narrow. Macro-F1 is
 * over the classes of all sessions in every draw: a class missing from a draw counts as 0, so that every draw has a
 * mean over the same classes.
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
  const { sessions, occurring } = countsOf(bySession);
  const draws = Array.from({ length: DRAWS }, () => sumAt(sessions, drawn(sessions.length, random)));
  return {
    accuracy: intervalOf(draws.map(accuracyOf)),
    macroF1: intervalOf(draws.map((draw) => macroF1Of(draw, occurring))),
  };
}

/**
 * How much better one model is than others on the same sessions: percentile bootstrap of its macro-F1 minus their mean
 * macro-F1. All models are scored on the same drawn sessions, so that a session that is hard for all has no effect.
 * Each model is scored over the classes that occur in all sessions or among its predictions; otherwise a class missing
 * from a draw could shift one model's score because of a single window.
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
    throw new RangeError(`the models were not evaluated on the same ${ours.length} sessions`);
  if (ours.length < 2 || others.length === 0) return null;
  const random = createRandom(seed);
  const [own, ...rest] = [ours, ...others].map((matrices) => {
    const { sessions, occurring } = countsOf(matrices);
    return (at: Int32Array): number => macroF1Of(sumAt(sessions, at), occurring);
  });
  const draws = Array.from({ length: DRAWS }, () => {
    const at = drawn(ours.length, random);
    return own!(at) - rest.reduce((sum, score) => sum + score(at), 0) / rest.length;
  });
  return intervalOf(draws);
}

/** Scores of one model on each draw of sessions. */
export interface DrawnScores {
  readonly accuracy: Float64Array;
  readonly macroF1: Float64Array;
}

/**
 * Scores of several models on the same draws of sessions, so that their differences can be compared: a session that is
 * hard for all has no effect. Macro-F1 as in `macroF1Difference`.
 *
 * @param models by model, one confusion matrix per session, the same sessions in the same order
 * @throws RangeError if the models were not evaluated on equally many sessions
 */
export function pairedDraws(models: readonly (readonly ConfusionMatrix[])[], seed: number): DrawnScores[] {
  const count = models[0]?.length ?? 0;
  if (models.some(({ length }) => length !== count))
    throw new RangeError(`the models were not evaluated on the same ${count} sessions`);
  const random = createRandom(seed);
  const draws = Array.from({ length: DRAWS }, () => drawn(count, random));
  return models.map((bySession) => {
    const { sessions, occurring } = countsOf(bySession);
    const sums = draws.map((at) => sumAt(sessions, at));
    return {
      accuracy: Float64Array.from(sums, accuracyOf),
      macroF1: Float64Array.from(sums, (sum) => macroF1Of(sum, occurring)),
    };
  });
}

/** Standard deviation of the difference of two models' scores on the same draws: its standard error. */
export function standardErrorOf(ours: Float64Array, others: Float64Array): number {
  const differences = ours.map((score, draw) => score - others[draw]!);
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (differences.length - 1));
}

/**
 * `classReport(…).macroF1` of a confusion matrix as a flat array, without the rest: it is computed thousands of times
 * per trial.
 *
 * @param classes number of classes of the mean, if more than those that occur in these counts
 */
export function macroF1Of(counts: Int32Array, classes?: number): number {
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
  return occurring === 0 ? 0 : sum / (classes ?? occurring);
}

/** The middle 95 % of resampled values. */
export function intervalOf(values: readonly number[]): Interval {
  const sorted = Float64Array.from(values).sort();
  return { low: quantile(sorted, TAIL), high: quantile(sorted, 1 - TAIL) };
}

/** Counts of each session (classes x classes, row-major), and number of classes in the truth or the predictions. */
function countsOf(bySession: readonly ConfusionMatrix[]): { sessions: Int32Array[]; occurring: number } {
  const sessions = bySession.map((matrix) => Int32Array.from(matrix.flat()));
  const all = sumAt(sessions, Int32Array.from(sessions.keys()));
  const size = bySession[0]?.length ?? 0;
  const labels = Array.from({ length: size }, (_, label) => label);
  const occurs = (label: number): boolean =>
    labels.some((other) => all[label * size + other]! + all[other * size + label]! > 0);
  return { sessions, occurring: labels.filter(occurs).length };
}

/** Draws `count` of `count` sessions, with replacement. */
function drawn(count: number, random: Random): Int32Array {
  return Int32Array.from({ length: count }, () => random.integer(count));
}

function sumAt(sessions: readonly Int32Array[], at: Int32Array): Int32Array {
  const sum = new Int32Array(sessions[0]?.length ?? 0);
  for (const session of at) {
    const counts = sessions[session]!;
    for (let cell = 0; cell < sum.length; cell++) sum[cell]! += counts[cell]!;
  }
  return sum;
}

function accuracyOf(counts: Int32Array): number {
  const size = Math.round(Math.sqrt(counts.length));
  let right = 0;
  let all = 0;
  for (const [cell, count] of counts.entries()) {
    all += count;
    if (cell % (size + 1) === 0) right += count;
  }
  return all === 0 ? 0 : right / all;
}

/** Linear interpolation between order statistics, as numpy's default. */
export function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}
