import { z } from 'zod';

/**
 * Scaling of one column: sign(x) log(1 + |x|) if `log`; then (x - mean) / scale, or 0 if scale is 0 (constant column).
 */
export const columnScaleSchema = z.strictObject({
  log: z.boolean(),
  mean: z.number(),
  scale: z.number().min(0),
});

export type ColumnScale = z.infer<typeof columnScaleSchema>;

/** Absolute skewness above which a column counts as heavy-tailed; an exponential distribution has 2. */
const HEAVY_TAIL_SKEWNESS = 1;

/**
 * Learns the scaling of each column: logarithms for columns with a heavy tail (sizes, counts, times), then mean 0 and
 * population standard deviation 1 over the training rows.
 *
 * @param values rows x columns, row-major, nothing missing
 */
export function fitScaler(values: Float64Array, columns: number): ColumnScale[] {
  const column = new Float64Array(values.length / columns);
  return Array.from({ length: columns }, (_, index) => {
    for (let row = 0; row < column.length; row++) column[row] = values[row * columns + index]!;
    const log = Math.abs(moments(column).skewness) > HEAVY_TAIL_SKEWNESS;
    const { mean, deviation } = moments(log ? column.map(signedLog) : column);
    return { log, mean, scale: deviation > 1e-12 * Math.abs(mean) ? deviation : 0 };
  });
}

/** Scales values, rows x columns, row-major. */
export function scaleValues(values: Float64Array, scales: readonly ColumnScale[]): Float64Array {
  const columns = scales.length;
  const scaled = new Float64Array(values.length);
  for (let index = 0; index < columns; index++) {
    const { log, mean, scale } = scales[index]!;
    if (scale === 0) continue;
    for (let at = index; at < values.length; at += columns) {
      const value = values[at]!;
      scaled[at] = ((log ? signedLog(value) : value) - mean) / scale;
    }
  }
  return scaled;
}

function signedLog(value: number): number {
  return value < 0 ? -Math.log1p(-value) : Math.log1p(value);
}

function moments(values: Float64Array): { mean: number; deviation: number; skewness: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  let cubes = 0;
  for (const value of values) {
    const difference = value - mean;
    squares += difference * difference;
    cubes += difference * difference * difference;
  }
  const deviation = Math.sqrt(squares / values.length);
  return { mean, deviation, skewness: deviation > 0 ? cubes / values.length / deviation ** 3 : 0 };
}
