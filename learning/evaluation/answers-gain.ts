import type { Evaluation } from './evaluate.js';

/** Shares of wrong windows: of those answered, and of all if none were left unknown. */
export interface AnswersGain {
  readonly ofAnswered: number;
  readonly ofAll: number;
}

/** What leaving windows unknown brings; null if no window is left unknown, or every one. */
export function answersGain({
  answered,
  accuracy,
}: Pick<Evaluation, 'answered' | 'accuracy'>): AnswersGain | null {
  if (answered === null || answered.wrong === null || answered.answered === 1) return null;
  return { ofAnswered: answered.wrong, ofAll: 1 - accuracy };
}
