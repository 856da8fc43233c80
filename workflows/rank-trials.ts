import type { RankedTrial } from '../activities/warehouse-searches.js';

/** The trials with the largest part of their budget first, of those the highest macro-F1, of those the lowest number. */
export function rankTrials(trials: readonly RankedTrial[]): RankedTrial[] {
  return [...trials].sort(
    (a, b) => b.share - a.share || b.macroF1 - a.macroF1 || a.spec.trial - b.spec.trial,
  );
}
