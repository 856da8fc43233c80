import { percentText } from '../../common/percent-text.js';
import type { SearchProgress } from '../progress.js';

/**
 * Names the trial with the highest score, for a line of progress; empty if no trial is scored yet. A trial that was scored on
 * a larger share of its budget comes first. Another one may be chosen in the end: the choice has its own rules.
 */
export function leaderText({
  bestTrial,
  bestMacroF1,
  bestShare,
}: Pick<SearchProgress, 'bestTrial' | 'bestMacroF1' | 'bestShare'>): string {
  if (bestTrial === null || bestMacroF1 === null) return '';
  const budget = bestShare === null || bestShare === 1 ? '' : ` on ${percentText(bestShare)} of its budget`;
  return `, trial ${bestTrial} leads with macro-F1 ${bestMacroF1.toFixed(3)}${budget}`;
}
