import { BINS, MISSING_BIN } from '../bin-features.js';
import { HESSIAN_UNIT, hessianOf } from './packed-gradients.js';

/** A way to split a node. */
export interface GradientSplit {
  /** Fall of the loss's second-order estimate, times two, in packed units. */
  readonly gain: number;
  readonly feature: number;
  /** Bins up to this one go left. */
  readonly bin: number;
  readonly hasMissing: boolean;
  readonly missingLeft: boolean;
}

/** What a side of a split must have, in packed units. */
export interface SideLimits {
  readonly minHessian: number;
  readonly l2: number;
}

/**
 * The split that lowers the loss most (Chen and Guestrin, XGBoost, 2016, eq. 7), or null where none lowers it.
 * Where values are missing both directions are tried, and missing against present.
 *
 * @param sums packed, columns x BINS
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
  const totalHessian = hessianOf(total);
  const totalGradient = total - totalHessian * HESSIAN_UNIT;
  const whole = (totalGradient * totalGradient) / (totalHessian + limits.l2);
  const found = { score: whole * (1 + 1e-9), bin: -1 };
  let split: GradientSplit | null = null;
  for (const feature of features) {
    const first = feature * BINS;
    const missing = sums[first + MISSING_BIN]!;
    const hasMissing = missing !== 0;
    for (const missingLeft of hasMissing ? [false, true] : [false]) {
      found.bin = -1;
      const cuts = borderCounts[feature]! + (hasMissing && !missingLeft ? 1 : 0);
      const before = missingLeft ? missing : 0;
      scanCuts(sums, first, cuts, before, totalGradient, totalHessian, limits.minHessian, limits.l2, found);
      if (found.bin < 0) continue;
      const bin = found.bin === borderCounts[feature] ? MISSING_BIN - 1 : found.bin;
      split = { gain: found.score - whole, feature, bin, hasMissing, missingLeft };
    }
  }
  return split;
}

/** Raises `found` where a cut behind one of the first bins does better. */
function scanCuts(
  sums: Float64Array,
  first: number,
  cuts: number,
  before: number,
  totalGradient: number,
  totalHessian: number,
  minHessian: number,
  l2: number,
  found: { score: number; bin: number },
): void {
  let best = found.score;
  let bestBin = -1;
  let sum = before;
  for (let bin = 0; bin < cuts; bin++) {
    const ofBin = sums[first + bin]!;
    if (ofBin === 0) continue;
    sum += ofBin;
    const hessian = Math.floor(sum * (1 / HESSIAN_UNIT) + 0.5);
    const rest = totalHessian - hessian;
    if (hessian < minHessian) continue;
    if (rest < minHessian) break;
    const gradient = sum - hessian * HESSIAN_UNIT;
    const other = totalGradient - gradient;
    const leftWeight = hessian + l2;
    const rightWeight = rest + l2;
    const score =
      (gradient * gradient * rightWeight + other * other * leftWeight) / (leftWeight * rightWeight);
    if (score > best) {
      best = score;
      bestBin = bin;
    }
  }
  if (bestBin < 0) return;
  found.score = best;
  found.bin = bestBin;
}
