import type { TrialSetting } from '../../schemas/search.js';
import type { SearchProgress } from '../progress.js';

/**
 * The trial that would be chosen now, for a line of progress; empty before there is one. It need not have the best score
 * so far: what scored on a larger part of its budget leads, also with a lower one.
 */
export function leaderText({
  bestTrial,
  bestMacroF1,
  bestShare,
}: Pick<SearchProgress, 'bestTrial' | 'bestMacroF1' | 'bestShare'>): string {
  if (bestTrial === null || bestMacroF1 === null) return '';
  const budget =
    bestShare === null || bestShare === 1 ? '' : ` on ${Math.round(bestShare * 100)} % of its budget`;
  return `, trial ${bestTrial} leads with macro-F1 ${bestMacroF1.toFixed(3)}${budget}`;
}

/** One line that names a setting and the part of its budget it has: `extra-trees, trees 200, maxDepth 9, budget 33 %`. */
export function describeSetting(setting: TrialSetting, share: number): string {
  const { family, ...parameters } = setting;
  const values = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  const budget = share < 1 ? [`budget ${Math.round(share * 100)} %`] : [];
  return [family, ...values, ...budget].join(', ');
}
