/** Share of the held-out windows that must stay answered: below, a timeline shows nothing. */
const LEAST_ANSWERED = 0.5;

/** A threshold, and what it means on held-out windows. */
export interface LeastConfidence {
  /** Windows with less are unknown; 0: all are answered. */
  readonly confidence: number;
  /** Shares of held-out windows: of all windows answered, and of those answered wrong. */
  readonly answered: number;
  readonly wrong: number;
}

/**
 * The least confidence with which at most `wrongShare` of the answers are wrong (selective classification: El-Yaniv and
 * Wiener 2010), on windows that the fit has not seen. If no confidence reaches that share while half of the windows
 * stays answered, the one with the smallest share.
 *
 * @param confidences probability of the likeliest class of each held-out window
 * @param isRight whether that class is the true one
 */
export function leastConfidence(
  confidences: Float64Array,
  isRight: Uint8Array,
  wrongShare: number,
): LeastConfidence {
  const order = [...confidences.keys()].sort((left, right) => confidences[right]! - confidences[left]!);
  const least = Math.ceil(LEAST_ANSWERED * order.length);
  let wrong = 0;
  let best: LeastConfidence | null = null;
  for (const [at, row] of order.entries()) {
    wrong += 1 - isRight[row]!;
    const next = order[at + 1];
    // Windows of equal confidence are answered together.
    if (at + 1 < least || (next !== undefined && confidences[next] === confidences[row])) continue;
    const share = wrong / (at + 1);
    const isLast = next === undefined;
    const found = {
      confidence: isLast ? 0 : confidences[row]!,
      answered: (at + 1) / order.length,
      wrong: share,
    };
    if (best === null || share <= wrongShare || (best.wrong > wrongShare && share < best.wrong)) best = found;
  }
  return best ?? { confidence: 0, answered: 1, wrong: 0 };
}
