import { z } from 'zod';
import { temperatureScalingSchema } from '../calibration/temperature.js';

/**
 * How the windows of a session speak for each other: their probabilities are pooled as logarithms (Genest and Zidek,
 * "Combining probability distributions", 1986), with the weights of a bilateral filter (Tomasi and Manduchi, "Bilateral
 * filtering for gray and color images", 1998): near ones count more than far ones, like ones more than unlike ones.
 */
export const sessionSmoothingSchema = z.strictObject({
  kind: z.literal('bilateral'),
  version: z.literal(1),
  /** Mean time that a class plays before another does: a window t seconds away counts exp(-t / dwellSeconds). */
  dwellSeconds: z.number().positive(),
  /** Power of the Bhattacharyya coefficient of two windows' probabilities, 0 to 1, which is a weight too. */
  likeness: z.number().nonnegative(),
  /**
   * Of the pooled probabilities, learnt on sessions held out; only its classes present are pooled. The temperature is that of
   * many windows: see `sharpnessBySight`.
   */
  calibration: temperatureScalingSchema,
});

export type SessionSmoothing = z.infer<typeof sessionSmoothingSchema>;
