import { createRandom, deriveSeed } from '../../common/random.js';
import { intervalOf, quantile, type Interval } from './bootstrap.js';
import { binOf, BINS } from './calibration.js';
import { likeliestClasses } from './metrics.js';

/** Uncertainty of an expected calibration error. */
export interface CalibrationDoubt {
  /** 95 %, by resampling sessions. Biased upwards: resampling has fewer distinct sessions, which raises the error. */
  readonly interval: Interval;
  /**
   * 95th percentile of the error that a perfectly calibrated model shows by chance: a smaller error is no evidence of
   * a fault.
   */
  readonly byChance: number;
}

const DRAWS = 1000;
const CHANCE_QUANTILE = 0.95;

/**
 * Uncertainty of an expected calibration error, with 1,000 draws for each figure. `byChance` is from consistency
 * resampling (Bröcker and Smith, "Increasing the reliability of reliability diagrams", Weather and Forecasting, 2007),
 * with one random number for all windows of a session: the residuals (1 or 0 for right or wrong, minus the confidence)
 * correlate at 0.79 to 0.97 within 80 YouTube sessions (six cross-evaluations). Independent draws per window would
 * give a limit of about a fifth. O(rows log rows + draws x sessions).
 *
 * @param truth class index of each row
 * @param probabilities rows x classes, row-major
 * @param groups session of each row
 * @returns null with fewer than two sessions
 */
export function calibrationDoubt(
  truth: Int32Array,
  probabilities: Float64Array,
  groups: Int32Array,
  classCount: number,
  seed: number,
): CalibrationDoubt | null {
  const numbers = new Map([...new Set(groups)].map((group, number) => [group, number]));
  const sessions = numbers.size;
  if (sessions < 2) return null;
  const rows = truth.length;
  const session = Int32Array.from(groups, (group) => numbers.get(group)!);
  const predicted = likeliestClasses(probabilities, classCount);
  const confidence = Float64Array.from(predicted, (label, row) => probabilities[row * classCount + label]!);
  /** By session and bin: rows, sum of their confidences, and its excess over the right rows. */
  const counts = new Float64Array(sessions * BINS);
  const claimed = new Float64Array(sessions * BINS);
  const excess = new Float64Array(sessions * BINS);
  const inCell = Array.from({ length: sessions * BINS }, (): number[] => []);
  for (let row = 0; row < rows; row++) {
    const cell = session[row]! * BINS + binOf(confidence[row]!);
    counts[cell]!++;
    claimed[cell]! += confidence[row]!;
    excess[cell]! += confidence[row]! - (predicted[row] === truth[row] ? 1 : 0);
    inCell[cell]!.push(confidence[row]!);
  }
  const sorted = inCell.map((confidences) => Float64Array.from(confidences).sort());

  const resampling = createRandom(deriveSeed(seed, 'calibration interval'));
  const resampled = Array.from({ length: DRAWS }, () => {
    const gaps = new Float64Array(BINS);
    let drawnRows = 0;
    for (let draw = 0; draw < sessions; draw++) {
      const from = resampling.integer(sessions) * BINS;
      for (let at = 0; at < BINS; at++) {
        drawnRows += counts[from + at]!;
        gaps[at]! += excess[from + at]!;
      }
    }
    return errorOf(gaps, drawnRows);
  });

  const chance = createRandom(deriveSeed(seed, 'calibration by chance'));
  const drawn = Array.from({ length: DRAWS }, () => {
    const gaps = new Float64Array(BINS);
    for (let from = 0; from < sessions * BINS; from += BINS) {
      // Windows with a confidence above the threshold count as right.
      const threshold = chance.uniform();
      const partly = binOf(threshold);
      for (let at = 0; at < BINS; at++) {
        const cell = from + at;
        const right =
          at < partly ? 0 : at > partly ? counts[cell]! : counts[cell]! - countUpTo(sorted[cell]!, threshold);
        gaps[at]! += claimed[cell]! - right;
      }
    }
    return errorOf(gaps, rows);
  });
  return {
    interval: intervalOf(resampled),
    byChance: quantile(Float64Array.from(drawn).sort(), CHANCE_QUANTILE),
  };
}

/** How many of the ascending numbers are at most `limit`. */
function countUpTo(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function errorOf(gaps: Float64Array, rows: number): number {
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / rows;
}
