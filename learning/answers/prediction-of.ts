import type { Unknown, WindowPrediction } from '../../schemas/window-prediction.js';

/** One window to predict. */
interface Window extends Pick<WindowPrediction, 'startSeconds' | 'endSeconds'> {
  readonly unknown: Unknown | null;
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
  { startSeconds, endSeconds, unknown, truePx = null }: Window,
  ofWindow: Float64Array,
  classes: readonly number[],
): WindowPrediction {
  if (ofWindow.length !== classes.length)
    throw new RangeError(`${ofWindow.length} probabilities of ${classes.length} classes`);
  const byRung = classes.map((heightPx, label) => ({ heightPx, probability: ofWindow[label]! }));
  const window = { startSeconds, endSeconds, truePx, unknown };
  if (unknown !== null) {
    const probabilities = unknown.kind === 'low confidence' ? byRung : [];
    return { ...window, predictedPx: null, confidence: null, probabilities };
  }
  const likeliest = byRung.reduce((best, rung) => (rung.probability > best.probability ? rung : best));
  return {
    ...window,
    predictedPx: likeliest.heightPx,
    confidence: likeliest.probability,
    probabilities: byRung,
  };
}
