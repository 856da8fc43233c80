import type { RankedTrial } from '../../activities/warehouse/search-records.js';
import type { SearchConfig } from '../../schemas/search.js';

/** Width of a 95 % interval of a normal distribution, in standard errors. */
const INTERVAL_WIDTH = 2 * 1.959964;

/**
 * The trial to take, then the others: the largest part of their budget first, of those the highest macro-F1, of those the
 * lowest number. Taken is the first of these, unless a family that the configuration names earlier comes close: within
 * `standardErrors` of the score. A choice among settings is worth no more than the sessions it is made on (the
 * one-standard-error rule: Breiman et al., "Classification and Regression Trees", 1984, section 3.4.3).
 */
export function rankTrials(
  trials: readonly RankedTrial[],
  // Searches that an earlier version began know of no standard errors.
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
  const taken = close.reduce((best, trial) => (preference(trial) < preference(best) ? trial : best));
  return [taken, ...byScore.filter((trial) => trial !== taken)];
}

/** Why a trial was taken although another scored higher; null where none did. */
export function preferenceReason([taken, ...others]: readonly RankedTrial[]): string | null {
  const [first] = others.sort(byShareAndScore);
  if (taken === undefined || first === undefined || byShareAndScore(taken, first) < 0) return null;
  const named = ({ spec, macroF1 }: RankedTrial): string =>
    `trial ${spec.trial} (${spec.setting.family}, macro-F1 ${macroF1.toFixed(3)})`;
  return `${named(taken)} was taken before ${named(first)}: the difference lies within the standard error, and search.families names its family first`;
}

function byShareAndScore(a: RankedTrial, b: RankedTrial): number {
  return b.share - a.share || b.macroF1 - a.macroF1 || a.spec.trial - b.spec.trial;
}
