/** One window of a session and what is claimed of it. */
export interface TimelineRow {
  /** Microseconds since 1970, UTC. */
  readonly startUs: number;
  readonly endUs: number;
  /** Likeliest height in pixels; null when the window is answered 'unknown'. */
  readonly predictedHeightPx: number | null;
  /** Probability of the likeliest height; null when unknown. */
  readonly confidence: number | null;
  /** Probability of each rung, ascending by height; empty when unknown. */
  readonly probabilities: readonly RungProbability[];
  /** What really played, where known. */
  readonly trueHeightPx: number | null;
  /** Why the window is unknown; null when it is not. */
  readonly reason: string | null;
}

/** Probability of one resolution. */
export interface RungProbability {
  readonly heightPx: number;
  readonly probability: number;
}

/** One window that a model was asked about. */
export interface TimelineWindow {
  readonly startUs: number;
  readonly endUs: number;
  /** Whether there was enough to see in the window to answer at all. */
  readonly hasEvidence: boolean;
  readonly trueHeightPx?: number | null | undefined;
}

/**
 * The timeline of a session: the likeliest rung of each window with its probability, or 'unknown' where
 * the window holds too little evidence.
 *
 * @param windows of one session, in any order
 * @param probabilities windows x classes, row-major, in the order of `windows`
 * @param classes heights in pixels, ascending
 * @returns rows by start; RangeError when the lengths do not match
 */
export function buildTimeline(
  windows: readonly TimelineWindow[],
  probabilities: Float64Array,
  classes: readonly number[],
): TimelineRow[] {
  if (probabilities.length !== windows.length * classes.length) {
    throw new RangeError(
      `${windows.length} windows came with ${probabilities.length} probabilities of ${classes.length} classes`,
    );
  }
  return windows
    .map((window, index) => toRow(window, probabilities.subarray(index * classes.length), classes))
    .sort((left, right) => left.startUs - right.startUs);
}

function toRow(window: TimelineWindow, ofWindow: Float64Array, classes: readonly number[]): TimelineRow {
  const { startUs, endUs, hasEvidence, trueHeightPx = null } = window;
  if (!hasEvidence) {
    return {
      startUs,
      endUs,
      predictedHeightPx: null,
      confidence: null,
      probabilities: [],
      trueHeightPx,
      reason: 'no media segment in sight of this window',
    };
  }
  const byRung = classes.map((heightPx, label) => ({ heightPx, probability: ofWindow[label]! }));
  const likeliest = byRung.reduce((best, rung) => (rung.probability > best.probability ? rung : best));
  return {
    startUs,
    endUs,
    predictedHeightPx: likeliest.heightPx,
    confidence: likeliest.probability,
    probabilities: byRung,
    trueHeightPx,
    reason: null,
  };
}
