import { BASELINE_FAMILIES, isBaseline } from '../../schemas/baseline-families.js';
import type { ModelFamily, SearchConfig } from '../../schemas/search.js';
import { pairedDraws, standardErrorOf, type DrawnScores } from '../evaluation/bootstrap.js';
import { summed, type ConfusionMatrix } from '../evaluation/confusion.js';
import { accuracyOf, classReport } from '../evaluation/metrics.js';

/** A trial with its predictions for windows that its fits had not seen. */
export interface Candidate {
  readonly trial: number;
  readonly family: ModelFamily;
  /** One confusion matrix per session, the same sessions in the same order for all candidates. */
  readonly bySession: readonly ConfusionMatrix[];
}

/** A candidate's scores over the windows of all folds. */
export interface CandidateScore {
  readonly trial: number;
  readonly family: ModelFamily;
  readonly accuracy: number;
  readonly macroF1: number;
}

export interface TrialChoice {
  readonly chosen: CandidateScore;
  /** All trials, the chosen one first: the next one is fitted if one cannot be. */
  readonly order: readonly number[];
  /** The baseline with the highest accuracy, which a trial must beat; null if none was scored. */
  readonly baseline: CandidateScore | null;
  /**
   * The trial with the highest macro-F1 of those that beat the baseline or, if none does, that with the highest accuracy;
   * null if only baselines were scored.
   */
  readonly best: CandidateScore | null;
  /** Of the difference of accuracy between `best` and `baseline`; null without both or with one session. */
  readonly standardError: number | null;
  /** How many of them a difference needs to count. */
  readonly standardErrors: number;
  /** Whether the difference of macro-F1 keeps `best` from beating the baseline, although its accuracy would do. */
  readonly isWorseByMacroF1: boolean;
}

interface Measured extends CandidateScore {
  readonly draws: DrawnScores;
}

/**
 * Chooses a trial by predictions for groups that the fits had not seen. Candidates are compared in pairs: a difference
 * counts if it is larger than `standardErrors` standard errors of that difference, over draws of the same sessions for
 * both (percentile bootstrap). This is the one-standard-error rule (Breiman et al., "Classification and Regression Trees",
 * 1984, section 3.4.3; Hastie et al., "The Elements of Statistical Learning", section 7.10), with the error of the
 * difference in place of the error of one score: sessions that are hard for both must not hide a clear difference.
 *
 * 1. The baseline to beat is the one with the highest accuracy.
 * 2. A trial beats it if its accuracy is higher by a difference that counts, and its macro-F1 is not lower by one. Accuracy
 *    decides, because guessing has a higher macro-F1 than the constant answer where there is nothing to learn.
 * 3. If no trial beats it, a baseline is chosen: the simplest whose accuracy cannot be told from the highest.
 * 4. Of the trials that beat it, that with the highest macro-F1 is chosen or, of those whose macro-F1 cannot be told from
 *    it, one of the family that is named first, and of this family the highest macro-F1. The number of trees does not count
 *    as complexity: more trees do not make a forest overfit (Hastie et al., section 15.3.4).
 *
 * With fewer than two sessions no difference counts.
 *
 * @param candidates at least one
 * @throws RangeError if there is none, or they have different numbers of sessions
 */
export function chooseTrial(
  candidates: readonly Candidate[],
  { families, standardErrors }: Pick<SearchConfig, 'families' | 'standardErrors'>,
  seed: number,
): TrialChoice {
  const draws = pairedDraws(
    candidates.map(({ bySession }) => bySession),
    seed,
  );
  const areDrawn = (candidates[0]?.bySession.length ?? 0) > 1;
  const measured = candidates.map((candidate, at) => ({ ...scoreOf(candidate), draws: draws[at]! }));
  const errorOf = (metric: Metric, one: Measured, other: Measured): number =>
    areDrawn ? standardErrorOf(one.draws[metric], other.draws[metric]) : Infinity;
  const isHigher = (metric: Metric, one: Measured, other: Measured): boolean => {
    const difference = one[metric] - other[metric];
    return difference > 0 && difference > (standardErrors && standardErrors * errorOf(metric, one, other));
  };

  const byAccuracy = [...measured].sort((a, b) => b.accuracy - a.accuracy || a.trial - b.trial);
  const byMacroF1 = [...measured].sort((a, b) => b.macroF1 - a.macroF1 || a.trial - b.trial);
  const baselines = byAccuracy.filter(({ family }) => isBaseline(family));
  const [baseline] = baselines;
  const trials = byMacroF1.filter(({ family }) => !isBaseline(family));
  const winners = trials.filter(
    (trial) =>
      baseline === undefined ||
      (isHigher('accuracy', trial, baseline) && !isHigher('macroF1', baseline, trial)),
  );
  const best = winners[0] ?? byAccuracy.find(({ family }) => !isBaseline(family)) ?? null;
  const chosen =
    winners[0] === undefined
      ? simplest(
          baselines.filter((other) => other === baseline || !isHigher('accuracy', baseline!, other)),
          BASELINE_FAMILIES,
        )
      : simplest(
          winners.filter((other) => other === winners[0] || !isHigher('macroF1', winners[0]!, other)),
          families,
        );
  if (chosen === undefined) throw new RangeError('there is no candidate to choose from');
  const compared = best !== null && baseline !== undefined && areDrawn;
  return {
    chosen: withoutDraws(chosen),
    order: [...new Set([chosen, ...winners, ...baselines, ...trials])].map(({ trial }) => trial),
    baseline: baseline === undefined ? null : withoutDraws(baseline),
    best: best && withoutDraws(best),
    standardError: compared ? errorOf('accuracy', best, baseline) : null,
    standardErrors,
    isWorseByMacroF1:
      winners.length === 0 && best !== null && baseline !== undefined && isHigher('accuracy', best, baseline),
  };
}

type Metric = 'accuracy' | 'macroF1';

function scoreOf({ trial, family, bySession }: Candidate): CandidateScore {
  const confusion = summed(bySession);
  return { trial, family, accuracy: accuracyOf(confusion), macroF1: classReport(confusion).macroF1 };
}

function withoutDraws({ trial, family, accuracy, macroF1 }: Measured): CandidateScore {
  return { trial, family, accuracy, macroF1 };
}

/** The first one of the family named first; families that are not named come last. */
function simplest(tied: readonly Measured[], families: readonly ModelFamily[]): Measured | undefined {
  const place = ({ family }: Measured): number => {
    const at = families.indexOf(family);
    return at < 0 ? families.length : at;
  };
  return tied.reduce<Measured | undefined>(
    (first, other) => (first === undefined || place(other) < place(first) ? other : first),
    undefined,
  );
}
