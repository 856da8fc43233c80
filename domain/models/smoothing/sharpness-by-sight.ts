import type { SharpnessOf } from '../../../learning/calibration/temperature.js';

/**
 * How sharp pooled probabilities are to be. What is learnt on whole sessions (1 / temperature) is for many windows; one that
 * stands alone is calibrated as it is. Among n in sight, that has a say of 1 / n²: with 1 / n, the ends of long sessions
 * would differ from their middles.
 *
 * @param inSight by row, how many windows speak for it
 */
export function sharpnessBySight(inSight: Float64Array): SharpnessOf {
  return (row, ofMany) => ofMany + (1 - ofMany) / inSight[row]! ** 2;
}
