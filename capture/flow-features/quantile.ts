/**
 * Quantile with linear interpolation, equal to NumPy to the last bit (`numpy.quantile`, method `linear`). The
 * results are compared with times of the same kind, so one bit matters.
 *
 * @param values at least one
 * @param share from 0 to 1
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * share;
  const below = Math.min(Math.floor(place), sorted.length - 1);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  const weight = place - below;
  // Starts from the nearer end, so that the result never lies outside the two.
  return weight < 0.5 ? low + (high - low) * weight : high - (high - low) * (1 - weight);
}
