import { z } from 'zod';
import { temperatureScalingSchema } from '../calibration/temperature.js';

/**
 * How the windows of a session speak for each other. What plays is a hidden Markov chain over the classes present, whose
 * windows are observed through a model that judges each by itself (Rabiner, "A tutorial on hidden Markov models", 1989).
 */
export const sessionSmoothingSchema = z.strictObject({
  kind: z.literal('forward-backward'),
  version: z.literal(2),
  /** Mean time that a class plays before another does; which one comes next is open. */
  dwellSeconds: z.number().positive(),
  /** A window's probabilities count raised to this: windows that share segments are not independent evidence. */
  power: z.number().gt(0).max(1),
  /**
   * Of the smoothed probabilities, learnt on sessions held out; its classes present are the states of the chain. The
   * temperature is that of many windows: see `sharpnessBySight`.
   */
  calibration: temperatureScalingSchema,
});

export type SessionSmoothing = z.infer<typeof sessionSmoothingSchema>;
