import { z } from 'zod';
import { temperatureScalingSchema } from '../calibration/temperature.js';

/**
 * How probabilities are smoothed over the windows of a session: they are pooled as logarithms (Genest and Zidek,
 * "Combining probability distributions", 1986), with the weights of a bilateral filter (Tomasi and Manduchi, "Bilateral
 * filtering for gray and color images", 1998): near and similar windows count more.
 */
export const sessionSmoothingSchema = z.strictObject({
  kind: z.literal('bilateral'),
  version: z.literal(1),
  /** Mean time between changes of class: a window t seconds away has the weight exp(-t / dwellSeconds). */
  dwellSeconds: z.number().positive(),
  /**
   * Exponent of the Bhattacharyya coefficient (0 to 1) of two windows' probabilities, which is a factor of the weight.
   */
  likeness: z.number().nonnegative(),
  /**
   * Calibration of the pooled probabilities, learnt on held-out sessions; only its present classes are pooled. Its
   * temperature is for many windows: see `sharpnessByWindows`.
   */
  calibration: temperatureScalingSchema,
});

export type SessionSmoothing = z.infer<typeof sessionSmoothingSchema>;
