import { likeliestClasses } from './metrics.js';

/** Rows whose top probability falls in [from, to); the last bin includes 1. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Mean top probability of the rows; null for an empty bin. */
  readonly meanConfidence: number | null;
  /** Share of the rows whose likeliest class is right; null for an empty bin. */
  readonly accuracy: number | null;
}

/** Of equal width. */
export const BINS = 10;

/**
 * Expected calibration error (Guo et al., "On calibration of modern neural networks", ICML 2017) over ten
 * bins of equal width on the top probability: the mean gap between confidence and accuracy, weighted by
 * rows. 0 without rows.
 *
 * @param truth class index of each row
 * @param probabilities rows x classes, row-major
 */
export function calibration(
  truth: Int32Array,
  probabilities: Float64Array,
  classCount: number,
): { readonly expectedCalibrationError: number; readonly bins: readonly CalibrationBin[] } {
  const sums = Array.from({ length: BINS }, () => ({ rows: 0, confidence: 0, right: 0 }));
  for (const [row, predicted] of likeliestClasses(probabilities, classCount).entries()) {
    const confidence = probabilities[row * classCount + predicted]!;
    const bin = sums[binOf(confidence)]!;
    bin.rows++;
    bin.confidence += confidence;
    if (predicted === truth[row]) bin.right++;
  }
  const gaps = sums.reduce((sum, { confidence, right }) => sum + Math.abs(confidence - right), 0);
  return {
    expectedCalibrationError: truth.length === 0 ? 0 : gaps / truth.length,
    bins: sums.map(({ rows, confidence, right }, bin) => ({
      from: bin / BINS,
      to: (bin + 1) / BINS,
      rows,
      meanConfidence: rows === 0 ? null : confidence / rows,
      accuracy: rows === 0 ? null : right / rows,
    })),
  };
}

/** Bin of a top probability, from 0. */
export function binOf(confidence: number): number {
  return Math.min(BINS - 1, Math.floor(confidence * BINS));
}
