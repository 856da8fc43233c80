import type { WindowSequence } from './smooth-sessions.js';

/** Longest dwell time that is believed: sessions of constant resolution know of no switch, those to come may. */
const LONGEST_SECONDS = 100;

/**
 * Mean time that a class plays before another does, in labelled sessions: the time between their first and last windows over
 * the changes of label from one window to the next (the maximum-likelihood estimate of a Markov chain's rate), at most
 * 100 s. Two changes within a window count as one at most.
 *
 * @param labels class of each window
 */
export function dwellTime({ sessions, seconds }: WindowSequence, labels: Int32Array): number {
  const order = Int32Array.from(labels.keys()).sort(
    (left, right) => sessions[left]! - sessions[right]! || seconds[left]! - seconds[right]!,
  );
  let changes = 0;
  let elapsed = 0;
  for (let at = 1; at < order.length; at++) {
    const row = order[at]!;
    const before = order[at - 1]!;
    if (sessions[row] !== sessions[before]) continue;
    elapsed += seconds[row]! - seconds[before]!;
    if (labels[row] !== labels[before]) changes += 1;
  }
  return changes === 0 ? LONGEST_SECONDS : Math.min(LONGEST_SECONDS, elapsed / changes);
}
