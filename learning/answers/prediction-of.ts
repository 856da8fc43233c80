import type { WindowPrediction } from '../../schemas/window-prediction.js';

/** One window to predict. */
interface Window extends Pick<WindowPrediction, 'startSeconds' | 'endSeconds'> {
  /** Why the window is unknown; null if it is not. */
  readonly unknownReason: string | null;
  readonly truePx?: number | null | undefined;
}

/**
 * The prediction of one window: the likeliest rung with its probability, the lowest rung on a tie, or unknown.
 *
 * @param ofWindow probability of each class
 * @param classes heights in pixels, ascending
 * @throws RangeError if there are not as many probabilities as classes
 */
export function predictionOf(
  { startSeconds, endSeconds, unknownReason, truePx = null }: Window,
  ofWindow: Float64Array,
  classes: readonly number[],
): WindowPrediction {
  if (ofWindow.length !== classes.length)
    throw new RangeError(`${ofWindow.length} probabilities of ${classes.length} classes`);
  if (unknownReason !== null) {
    return {
      startSeconds,
      endSeconds,
      predictedPx: null,
      confidence: null,
      probabilities: [],
      truePx,
      unknownReason,
    };
  }
  const byRung = classes.map((heightPx, label) => ({ heightPx, probability: ofWindow[label]! }));
  const likeliest = byRung.reduce((best, rung) => (rung.probability > best.probability ? rung : best));
  return {
    startSeconds,
    endSeconds,
    predictedPx: likeliest.heightPx,
    confidence: likeliest.probability,
    probabilities: byRung,
    truePx,
    unknownReason: null,
  };
}
