import { z } from 'zod';

/**
 * Calibration of a model's probabilities p: softmax of log(p + floor) / temperature over the classes present. A
 * temperature above 1 makes them less confident; the floor keeps classes possible that no tree of a forest voted for.
 */
export const temperatureScalingSchema = z
  .strictObject({
    kind: z.literal('temperature'),
    version: z.literal(1),
    temperature: z.number().positive(),
    floor: z.number().positive().max(1),
    /** Classes with training rows, ascending; the others keep probability 0. */
    present: z.array(z.int().min(0)).min(1),
  })
  .refine(({ present }) => present.every((label, at) => label > (present[at - 1] ?? -1)), {
    error: 'the classes present are not ascending',
  });

export type TemperatureScaling = z.infer<typeof temperatureScalingSchema>;

/** Exponent of a row's probabilities, from `ofAll` = 1 / temperature; at most proportional to `ofAll`. */
export type SharpnessOf = (row: number, ofAll: number) => number;

/** Calibrated probabilities, rows x classes, row-major; the ranking of a row's classes does not change. */
export function applyTemperature(
  { temperature, floor, present }: TemperatureScaling,
  probabilities: Float64Array,
  classCount: number,
  sharpnessOf: SharpnessOf = (_, ofAll) => ofAll,
): Float64Array {
  const calibrated = new Float64Array(probabilities.length);
  for (let from = 0; from < probabilities.length; from += classCount) {
    const sharpness = sharpnessOf(from / classCount, 1 / temperature);
    let greatest = -Infinity;
    for (const label of present) {
      const score = Math.log(probabilities[from + label]! + floor) * sharpness;
      calibrated[from + label] = score;
      greatest = Math.max(greatest, score);
    }
    let sum = 0;
    for (const label of present) {
      sum += calibrated[from + label] = Math.exp(calibrated[from + label]! - greatest);
    }
    for (const label of present) calibrated[from + label]! /= sum;
  }
  return calibrated;
}
