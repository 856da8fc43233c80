import type { RankedTrial } from '../../activities/warehouse/search-records.js';
import type { SearchConfig } from '../../schemas/search.js';

/** Width of a 95 % interval of a normal distribution, in standard errors. */
const INTERVAL_WIDTH = 2 * 1.959964;

/**
 * The trials in the order in which a halved search continues them: by share of their budget (largest first), macro-F1
 * (highest first) and number. A trial with the same share as the first, within `standardErrors` of its score, goes before
 * it if its family is earlier in the configuration, so that a family that `chooseTrial` may prefer stays in the search.
 */
export function rankTrials(
  trials: readonly RankedTrial[],
  // Searches that an earlier version started have no `standardErrors`.
  {
    families,
    standardErrors = 0,
  }: Pick<SearchConfig, 'families'> & Partial<Pick<SearchConfig, 'standardErrors'>>,
): RankedTrial[] {
  const byScore = [...trials].sort(byShareAndScore);
  const [first] = byScore;
  if (first === undefined) return [];
  const { low, high } = first.interval ?? { low: 0, high: 0 };
  const margin = (standardErrors * (high - low)) / INTERVAL_WIDTH;
  const close = byScore.filter(
    ({ share, macroF1 }) => share === first.share && macroF1 >= first.macroF1 - margin,
  );
  const preference = ({ spec }: RankedTrial): number => {
    const place = families.findIndex((family) => family === spec.setting.family);
    return place < 0 ? families.length : place;
  };
  const preferred = close.reduce((best, trial) => (preference(trial) < preference(best) ? trial : best));
  return [preferred, ...byScore.filter((trial) => trial !== preferred)];
}

/** The order of trials by their scores alone: those on the largest share of the budget first. */
export function byShareAndScore(a: RankedTrial, b: RankedTrial): number {
  return b.share - a.share || b.macroF1 - a.macroF1 || a.spec.trial - b.spec.trial;
}
