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
