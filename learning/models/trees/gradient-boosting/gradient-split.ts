import { BINS, MISSING_BIN } from '../bin-features.js';
import { HESSIAN_UNIT, hessianOf } from './packed-gradients.js';

/** A way to split a node. */
export interface GradientSplit {
  /** Decrease of the loss (second-order estimate), times two, in packed units. */
  readonly gain: number;
  readonly feature: number;
  /** Bins up to this one go left. */
  readonly bin: number;
  readonly hasMissing: boolean;
  readonly missingLeft: boolean;
}

/** Limits for a side of a split, in packed units. */
export interface SideLimits {
  readonly minHessian: number;
  readonly l2: number;
}

/**
 * The split that lowers the loss most (Chen and Guestrin, XGBoost, 2016, eq. 7), or null if none lowers it. If values
 * are missing, both directions are tried, and missing against present.
 *
 * With gradients a and b and weights x and y (hessian + l2) of the two sides, a²/x + b²/y is
 * (a + b)²/(x + y) + (ay - bx)²/(xy(x + y)), of which only (ay - bx)²/(xy) differs between splits.
 *
 * @param sums packed, features x BINS
 * @param total packed, of the node
 * @param borderCounts borders of each column
 */
export function findGradientSplit(
  sums: Float64Array,
  total: number,
  features: Int32Array,
  borderCounts: Int32Array,
  limits: SideLimits,
): GradientSplit | null {
  const hessian = hessianOf(total);
  const gradient = total - hessian * HESSIAN_UNIT;
  const weight = hessian + 2 * limits.l2;
  // By how much l2, which counts on both sides, lowers the gain of any split.
  const handicap = gradient ** 2 / (hessian + limits.l2) - gradient ** 2 / weight;
  const found = { score: handicap * weight, bin: -1 };
  let split: GradientSplit | null = null;
  for (let index = 0; index < features.length; index++) {
    const feature = features[index]!;
    const borders = borderCounts[feature]!;
    const missing = sums[index * BINS + MISSING_BIN]!;
    const hasMissing = missing !== 0;
    for (let side = 0; side < (hasMissing ? 2 : 1); side++) {
      const missingLeft = side === 1;
      const cuts = hasMissing && !missingLeft ? borders + 1 : borders;
      found.bin = -1;
      scanCuts(sums, index * BINS, cuts, missingLeft ? missing : 0, gradient, weight, limits, found);
      if (found.bin < 0) continue;
      const bin = found.bin === borders ? MISSING_BIN - 1 : found.bin;
      split = { gain: found.score / weight - handicap, feature, bin, hasMissing, missingLeft };
    }
  }
  return split;
}

/** Updates `found` if a cut after one of the first `cuts` bins is better. */
function scanCuts(
  sums: Float64Array,
  first: number,
  cuts: number,
  before: number,
  gradient: number,
  weight: number,
  { minHessian, l2 }: SideLimits,
  found: { score: number; bin: number },
): void {
  const least = minHessian + l2;
  let best = found.score;
  let bestBin = -1;
  let sum = before;
  let bin = 0;
  while (bin < cuts && hessianOf(sum + sums[first + bin]!) < minHessian) sum += sums[first + bin++]!;
  for (; bin < cuts; bin++) {
    sum += sums[first + bin]!;
    const leftHessian = Math.floor(sum * (1 / HESSIAN_UNIT) + 0.5);
    const left = leftHessian + l2;
    const right = weight - left;
    if (right < least) break;
    const difference = (sum - leftHessian * HESSIAN_UNIT) * weight - gradient * left;
    const weights = left * right;
    if (difference * difference > best * weights) {
      best = (difference * difference) / weights;
      bestBin = bin;
    }
  }
  if (bestBin < 0) return;
  found.score = best;
  found.bin = bestBin;
}
