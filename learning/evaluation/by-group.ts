import { deriveSeed } from '../../common/random.js';
import { sessionIntervals, type Interval } from './bootstrap.js';
import { summed, type ConfusionMatrix } from './confusion.js';
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
export interface SessionCount {
  readonly group: string;
  readonly session: string;
  readonly truePx: number;
  /** Likeliest resolution. */
  readonly predictedPx: number;
  readonly windows: number;
}

/** Scores windows by group, the group with the most windows first. */
export function scoresByGroup(counts: readonly SessionCount[], seed: number): GroupScore[] {
  const heights = [...new Set(counts.flatMap(({ truePx, predictedPx }) => [truePx, predictedPx]))];
  const bySession = new Map<string, Map<string, number[][]>>();
  for (const { group, session, truePx, predictedPx, windows } of counts) {
    const sessions = bySession.get(group) ?? new Map<string, number[][]>();
    bySession.set(group, sessions);
    const matrix = sessions.get(session) ?? heights.map(() => heights.map(() => 0));
    sessions.set(session, matrix);
    matrix[heights.indexOf(truePx)]![heights.indexOf(predictedPx)]! += windows;
  }
  const scores = [...bySession].map(([group, sessions]): GroupScore => {
    const matrices: ConfusionMatrix[] = [...sessions.values()];
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
