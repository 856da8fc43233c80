import type { WindowPrediction } from '../../schemas/window-prediction.js';

/** One window to predict. */
export interface TimelineWindow extends Pick<WindowPrediction, 'startSeconds' | 'endSeconds'> {
  /** Whether enough was seen in the window to predict at all. */
  readonly hasEvidence: boolean;
  readonly truePx?: number | null | undefined;
}

/**
 * The timeline of a session: the likeliest rung of each window with its probability, or unknown if the window has too
 * little evidence.
 *
 * @param windows of one session, in any order
 * @param probabilities windows x classes, row-major, in the order of `windows`
 * @param classes heights in pixels, ascending
 * @returns rows by start
 * @throws RangeError when the lengths do not match
 */
export function buildTimeline(
  windows: readonly TimelineWindow[],
  probabilities: Float64Array,
  classes: readonly number[],
): WindowPrediction[] {
  if (probabilities.length !== windows.length * classes.length) {
    throw new RangeError(
      `${windows.length} windows of ${classes.length} classes need ${windows.length * classes.length} probabilities, not ${probabilities.length}`,
    );
  }
  return windows
    .map((window, index) => predictionOf(window, probabilities.subarray(index * classes.length), classes))
    .sort((left, right) => left.startSeconds - right.startSeconds);
}

/** The prediction of one window. @param ofWindow probability of each class, at least as many as classes */
export function predictionOf(
  { startSeconds, endSeconds, hasEvidence, truePx = null }: TimelineWindow,
  ofWindow: Float64Array,
  classes: readonly number[],
): WindowPrediction {
  if (!hasEvidence) {
    return {
      startSeconds,
      endSeconds,
      predictedPx: null,
      confidence: null,
      probabilities: [],
      truePx,
      unknownReason: 'no media segment in sight of this window',
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
