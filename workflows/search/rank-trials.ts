import type { RankedTrial } from '../../activities/warehouse/search-records.js';
import type { SearchConfig } from '../../schemas/search.js';

/** Width of a 95 % interval of a normal distribution, in standard errors. */
const INTERVAL_WIDTH = 2 * 1.959964;

/**
 * The chosen trial, then the others by share of their budget (largest first), macro-F1 (highest first) and number. The
 * first of this order is chosen, unless a trial with the same share is within `standardErrors` of its score and its family
 * is earlier in the configuration: smaller differences mean nothing on so few sessions (the one-standard-error rule: Breiman
 * et al., "Classification and Regression Trees", 1984, section 3.4.3).
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
  const chosen = close.reduce((best, trial) => (preference(trial) < preference(best) ? trial : best));
  return [chosen, ...byScore.filter((trial) => trial !== chosen)];
}

/** Why a trial was chosen although another one scored higher; null if none did. */
export function preferenceReason([chosen, ...others]: readonly RankedTrial[]): string | null {
  const [first] = others.sort(byShareAndScore);
  if (chosen === undefined || first === undefined || byShareAndScore(chosen, first) < 0) return null;
  const named = ({ spec, macroF1 }: RankedTrial): string =>
    `trial ${spec.trial} (${spec.setting.family}, macro-F1 ${macroF1.toFixed(3)})`;
  return `${named(chosen)} was chosen over ${named(first)}: the difference is within the standard error, and search.families lists its family first`;
}

function byShareAndScore(a: RankedTrial, b: RankedTrial): number {
  return b.share - a.share || b.macroF1 - a.macroF1 || a.spec.trial - b.spec.trial;
}
