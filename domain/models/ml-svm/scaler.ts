import { z } from 'zod';

/** How one column enters the kernel: log1p where `log`, then (x - mean) / scale; 0 where scale is 0 (constant). */
export const columnScaleSchema = z.strictObject({
  log: z.boolean(),
  mean: z.number(),
  scale: z.number().min(0),
});

export type ColumnScale = z.infer<typeof columnScaleSchema>;

/** Skewness above which a non-negative column counts as heavy-tailed; an exponential distribution has 2. */
const HEAVY_TAIL_SKEWNESS = 1;

/**
 * Learns the scale of each column: log1p for non-negative columns with a long tail (sizes, counts, times),
 * then mean 0 and standard deviation 1 (population) over the training rows.
 *
 * @param values rows x columns, row-major, nothing missing
 */
export function fitScaler(values: Float64Array, columns: number): ColumnScale[] {
  return Array.from({ length: columns }, (_, column) => {
    const raw = values.filter((_value, index) => index % columns === column);
    const log = raw.every((value) => value >= 0) && moments(raw).skewness > HEAVY_TAIL_SKEWNESS;
    const { mean, deviation } = moments(log ? raw.map(Math.log1p) : raw);
    return { log, mean, scale: deviation > 1e-12 * Math.abs(mean) ? deviation : 0 };
  });
}

/** Scales values (rows x columns, row-major) as learnt; values below 0 of a log column count as 0. */
export function scaleValues(values: Float64Array, scales: readonly ColumnScale[]): Float64Array {
  return values.map((value, index) => {
    const { log, mean, scale } = scales[index % scales.length]!;
    if (scale === 0) return 0;
    return ((log ? Math.log1p(Math.max(0, value)) : value) - mean) / scale;
  });
}

function moments(values: Float64Array): { mean: number; deviation: number; skewness: number } {
  const average = (of: (value: number) => number): number =>
    values.reduce((sum, value) => sum + of(value), 0) / values.length;
  const mean = average((value) => value);
  const deviation = Math.sqrt(average((value) => (value - mean) ** 2));
  const skewness = deviation > 0 ? average((value) => ((value - mean) / deviation) ** 3) : 0;
  return { mean, deviation, skewness };
}
