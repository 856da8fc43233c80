import { createRandom, deriveSeed } from '../models/random.js';
import { intervalOf, quantile, type Interval } from './bootstrap.js';
import { binOf, BINS } from './calibration.js';
import { likeliestClasses } from './likeliest-class.js';

/** How much the sessions at hand can tell of a calibration error. */
export interface CalibrationDoubt {
  /** 95 %, by resampling sessions. Fewer sessions make the error greater, so it leans upwards. */
  readonly interval: Interval;
  /** What an error stays below in 95 of 100 draws where every confidence is true: a smaller one shows no fault. */
  readonly byChance: number;
}

const DRAWS = 1000;
const CHANCE_QUANTILE = 0.95;

/**
 * The doubt about an expected calibration error, 1,000 draws each. By chance: consistency resampling (Bröcker and Smith,
 * "Increasing the reliability of reliability diagrams", Weather and Forecasting, 2007), in which all windows of a session
 * are right or wrong by the same number, since they resemble each other as much as they can.
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
  const bin = Int32Array.from(confidence, binOf);
  /** By session and bin: rows, and what their confidence has too much. */
  const counts = new Float64Array(sessions * BINS);
  const excess = new Float64Array(sessions * BINS);
  for (let row = 0; row < rows; row++) {
    const cell = session[row]! * BINS + bin[row]!;
    counts[cell]!++;
    excess[cell]! += confidence[row]! - (predicted[row] === truth[row] ? 1 : 0);
  }

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
    const fate = Float64Array.from({ length: sessions }, () => chance.uniform());
    const gaps = new Float64Array(BINS);
    for (let row = 0; row < rows; row++)
      gaps[bin[row]!]! += confidence[row]! - (fate[session[row]!]! < confidence[row]! ? 1 : 0);
    return errorOf(gaps, rows);
  });
  return {
    interval: intervalOf(resampled),
    byChance: quantile(Float64Array.from(drawn).sort(), CHANCE_QUANTILE),
  };
}

function errorOf(gaps: Float64Array, rows: number): number {
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / rows;
}
