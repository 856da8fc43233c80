/** The value at a share of the sorted values, the lower one of two. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

/** Coefficient of variation. */
export const variation = (values: readonly number[]): number => deviation(values) / mean(values);

/** Pearson's correlation. */
export function correlation(left: readonly number[], right: readonly number[]): number {
  const [x, y] = [mean(left), mean(right)];
  const covariance = mean(left.map((value, index) => (value - x) * (right[index]! - y)));
  return covariance / (deviation(left) * deviation(right));
}

/** Correlation of the logarithms of neighbouring values. */
export function neighbourCorrelation(values: readonly number[]): number {
  const logs = values.map(Math.log);
  return correlation(logs.slice(0, -1), logs.slice(1));
}

/** Share of pairs of two titles in which the lower rung of one needs more than the higher rung of the other. */
export function overlap(lower: readonly number[], higher: readonly number[]): number {
  return mean(lower.flatMap((low) => higher.map((high) => (low > high ? 1 : 0))));
}
