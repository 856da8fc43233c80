import { deriveSeed } from '../../common/random.js';
import { sessionIntervals, type Interval } from './bootstrap.js';
import { confusionBySession, confusionMatrix } from './confusion.js';
import type { EvaluationInput } from './evaluate.js';
import { likeliestClasses, accuracyOf, rungErrors } from './metrics.js';

/**
 * Ranges of the time from the last change of resolution to the window's start, in seconds, upper bound excluded;
 * Infinity: no change so far.
 */
export const SWITCH_AGES = [
  { since: 'none so far', from: Infinity, to: Infinity },
  { since: 'in the window', from: -Infinity, to: 0 },
  { since: '0-10 s', from: 0, to: 10 },
  { since: '10-30 s', from: 10, to: 30 },
  { since: '30-40 s', from: 30, to: 40 },
  { since: '40 s on', from: 40, to: Infinity },
] as const;

/** Scores of the windows in one range of the time since the last change of resolution. */
export interface SwitchScore {
  /** `in the window`: the change is within the window. */
  readonly since: (typeof SWITCH_AGES)[number]['since'];
  readonly windows: number;
  readonly sessions: number;
  /** Null without windows. */
  readonly accuracy: number | null;
  /** Bootstrapped over sessions (95 %); null with fewer than two. */
  readonly interval: Interval | null;
  /** Share of windows right or one rung off; null without windows. */
  readonly withinOneRung: number | null;
}

/**
 * Scores windows by the time since the last change of resolution.
 *
 * @param seconds by row, from the last change to the window's start; negative: the change is within the window; NaN:
 *   none
 */
export function scoresBySwitch({
  truth,
  probabilities,
  classes,
  groups,
  seed,
  seconds,
}: EvaluationInput & { readonly seconds: Float64Array }): SwitchScore[] {
  const predicted = likeliestClasses(probabilities, classes.length);
  return SWITCH_AGES.map(({ since, from, to }) => {
    const rows = [...truth.keys()].filter((row) => {
      const age = Number.isNaN(seconds[row]) ? Infinity : seconds[row]!;
      return age === from || (age > from && age < to);
    });
    const take = (values: Int32Array): Int32Array => Int32Array.from(rows, (row) => values[row]!);
    const [truthOf, predictedOf] = [take(truth), take(predicted)];
    const bySession = confusionBySession(truthOf, predictedOf, take(groups), classes.length);
    const confusion = confusionMatrix(truthOf, predictedOf, classes.length);
    const isEmpty = rows.length === 0;
    return {
      since,
      windows: rows.length,
      sessions: bySession.length,
      accuracy: isEmpty ? null : accuracyOf(confusion),
      interval: sessionIntervals(bySession, deriveSeed(seed, `bootstrap ${since}`))?.accuracy ?? null,
      withinOneRung: isEmpty ? null : rungErrors(confusion).withinOneRung,
    };
  });
}
