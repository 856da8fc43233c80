import { isBaseline, type BaselineFamily } from '../../schemas/baseline-families.js';
import type { CandidateScore, TrialChoice } from './choose-trial.js';

/** What the folds of a search consist of, for a sentence. */
export interface RankedOn {
  /** session, video, site, home or date */
  readonly kind: string;
  readonly groups: number;
  /** Kinds of groups that would have been preferred, with the reason why they were not taken. */
  readonly refused: readonly { readonly kind: string; readonly reason: string }[];
}

const METHODS: Readonly<Record<BaselineFamily, string>> = {
  majority: 'the commonest resolution',
  'largest-segment': 'the size of the largest segment',
  'decision-tree': 'a tree of depth three',
};

/** Which model is published and what it was compared with, in one sentence. */
export function choiceText(
  { chosen, baseline, best, ...choice }: TrialChoice,
  ranked: Pick<RankedOn, 'kind' | 'groups'>,
): string {
  const on = `on ${groupsText(ranked)}`;
  if (best === null) return `Only baselines were scored ${on}: ${methodOf(chosen)} is published.`;
  if (baseline === null) return `No baseline was scored ${on}: ${methodOf(chosen)} is published.`;
  if (!isBaseline(chosen.family))
    return `${capital(methodOf(chosen))} is published: ${on}, it beat the best baseline, ${methodOf(baseline)} (accuracy ${decimals(chosen.accuracy)} against ${decimals(baseline.accuracy)}).`;
  const simpler =
    chosen.trial === baseline.trial
      ? `${methodOf(chosen)} is published`
      : `${methodOf(chosen)} is published, the simplest baseline that cannot be told from it (accuracy ${decimals(chosen.accuracy)})`;
  const { standardError, standardErrors, isWorseByMacroF1 } = choice;
  const both = (name: string, metric: 'accuracy' | 'macroF1'): string =>
    `${name}: best trial ${decimals(best[metric])}, ${methodOf(baseline)} ${decimals(baseline[metric])}`;
  const scores = `${both('accuracy', 'accuracy')}${isWorseByMacroF1 ? `; ${both('macro-F1', 'macroF1')}` : ''}`;
  const isHigher = best.accuracy > baseline.accuracy && !isWorseByMacroF1 && standardError !== null;
  const doubt = isHigher ? `; ${withinText(standardError, standardErrors)}` : '';
  return `No trial beat ${methodOf(baseline)} ${on} (${scores}${doubt}): ${simpler}.`;
}

function withinText(standardError: number, standardErrors: number): string {
  const most =
    standardErrors === 1
      ? `one standard error, ${decimals(standardError)}`
      : `${standardErrors} standard errors, each ${decimals(standardError)}`;
  return `the difference is not more than ${most}`;
}

/** Why a trial was chosen although another one that beats the baselines scored higher; null if none did. */
export function preferenceText({ chosen, best }: TrialChoice): string | null {
  if (best === null || isBaseline(chosen.family) || best.trial === chosen.trial) return null;
  const named = ({ trial, family, macroF1 }: CandidateScore): string =>
    `trial ${trial} (${family}, macro-F1 ${decimals(macroF1)})`;
  return `${named(chosen)} was chosen over ${named(best)}: the difference is within the standard error, and search.families lists its family first`;
}

/** What trials were ranked on, and why not on wider groups: `9 videos that the fit had not seen (not by site: …)`. */
export function rankedOnText(ranked: RankedOn): string {
  const isUnknown = ({ kind, reason }: { kind: string; reason: string }): boolean =>
    reason === unknownText(kind);
  const unknown = ranked.refused.filter(isUnknown).map(({ kind }) => kind);
  const refused = [
    ...ranked.refused
      .filter((group) => !isUnknown(group))
      .map(({ kind, reason }) => `not by ${kind}: ${reason}`),
    ...(unknown.length === 0 ? [] : [unknownText(unknown.join(' or '))]),
  ];
  return `${groupsText(ranked)}${refused.length === 0 ? '' : ` (${refused.join('; ')})`}`;
}

/** That no session has such a group. */
export function unknownText(kind: string): string {
  return `no training session has a ${kind}`;
}

function groupsText({ kind, groups }: Pick<RankedOn, 'kind' | 'groups'>): string {
  return `${groups} ${kind}${groups === 1 ? '' : 's'} that the fit had not seen`;
}

function methodOf({ trial, family }: CandidateScore): string {
  return isBaseline(family) ? METHODS[family] : `trial ${trial} (${family})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function decimals(value: number): string {
  return value.toFixed(3);
}
