import { likeliestClasses } from './metrics.js';

/** The rows with at least this confidence: their share of all rows, and the share of wrong ones among them. */
export interface CoveragePoint {
  readonly coverage: number;
  readonly risk: number;
  /** Least top probability of the rows. */
  readonly leastConfidence: number;
}

/**
 * Risk against coverage of a classifier that answers only if its top probability is high enough (El-Yaniv and Wiener, "On
 * the foundations of noise-free selective classification", JMLR 2010), one point per distinct top probability.
 *
 * @param truth class index of each row
 * @param probabilities rows x classes, row-major
 */
export function riskByCoverage(
  truth: Int32Array,
  probabilities: Float64Array,
  classCount: number,
): CoveragePoint[] {
  const ranked = Array.from(likeliestClasses(probabilities, classCount), (predicted, row) => ({
    confidence: probabilities[row * classCount + predicted]!,
    isWrong: predicted !== truth[row],
  })).sort((left, right) => right.confidence - left.confidence);
  const points: CoveragePoint[] = [];
  let wrong = 0;
  for (const [rank, { confidence, isWrong }] of ranked.entries()) {
    if (isWrong) wrong++;
    if (ranked[rank + 1]?.confidence === confidence) continue;
    const answered = rank + 1;
    points.push({
      coverage: answered / ranked.length,
      risk: wrong / answered,
      leastConfidence: confidence,
    });
  }
  return points;
}
