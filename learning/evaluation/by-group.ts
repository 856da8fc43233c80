import { deriveSeed } from '../../common/random.js';
import { sessionIntervals, type Interval } from './bootstrap.js';
import { matricesOf, summed } from './confusion.js';
import { accuracyOf, classReport } from './metrics.js';

/** Scores of the windows of one group of sessions, such as one site. */
export interface GroupScore {
  readonly group: string;
  readonly windows: number;
  readonly sessions: number;
  readonly accuracy: number;
  readonly macroF1: number;
  /** Of the accuracy, bootstrapped over sessions (95 %); null with fewer than two. */
  readonly interval: Interval | null;
}

/** Held-out windows of one session with one true and one predicted resolution. */
export interface GroupCount {
  readonly group: string;
  readonly session: string;
  readonly truePx: number;
  /** Likeliest resolution. */
  readonly predictedPx: number;
  readonly windows: number;
}

/** Scores windows by group, the group with the most windows first. */
export function scoresByGroup(counts: readonly GroupCount[], seed: number): GroupScore[] {
  const heights = [...new Set(counts.flatMap(({ truePx, predictedPx }) => [truePx, predictedPx]))];
  const groups = [...new Set(counts.map(({ group }) => group))];
  const scores = groups.map((group): GroupScore => {
    const ofGroup = counts.filter((one) => one.group === group);
    const matrices = matricesOf(
      ofGroup.map(({ session, truePx, predictedPx, windows }) => ({
        ...{ session, windows },
        truth: heights.indexOf(truePx),
        predicted: heights.indexOf(predictedPx),
      })),
      heights.length,
    );
    const confusion = summed(matrices);
    return {
      group,
      windows: confusion.flat().reduce((sum, count) => sum + count, 0),
      sessions: matrices.length,
      accuracy: accuracyOf(confusion),
      macroF1: classReport(confusion).macroF1,
      interval: sessionIntervals(matrices, deriveSeed(seed, `bootstrap ${group}`))?.accuracy ?? null,
    };
  });
  return scores.sort((left, right) => right.windows - left.windows || (left.group < right.group ? -1 : 1));
}
