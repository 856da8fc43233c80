import type { SharpnessOf } from '../calibration/temperature.js';
import type { SessionSmoothing } from './session-smoothing.js';

/** Where windows lie in their sessions; all arrays have an entry a window, in any order. */
export interface WindowSequence {
  /** Number of the session. */
  readonly sessions: Int32Array;
  /** Start in the session, seconds. */
  readonly seconds: Float64Array;
  /** 0: there is nothing to see in the window, its neighbours alone speak for it. */
  readonly hasEvidence: Uint8Array;
}

/** What windows say together. */
export interface SmoothedWindows {
  /** windows x classes, row-major, in the order given; not calibrated. */
  readonly probabilities: Float64Array;
  /** By window, how many speak for it: the sum of their weights, in which its own is 1; at least 1. */
  readonly inSight: Float64Array;
}

/** Keeps a class that one window rules out possible where all others speak for it. */
const FLOOR = 1e-2;

/** In dwell times; windows farther away weigh less than 0.0004. */
const REACH = 8;

/**
 * Probabilities of each window and of those beside it in its session, pooled as `SessionSmoothing` says. Unlike the
 * posterior of a hidden Markov chain, which takes neighbours for independent evidence, an average is no surer than what it
 * is made of, and a window that stands alone stays as it is. A window without evidence takes the average of its neighbours
 * by time; where there are none in reach, it stays as it is.
 *
 * O(windows x windows within eight dwell times x classes).
 *
 * @param present classes that can play, ascending; the others keep probability 0
 * @param probabilities windows x classes, row-major, each window judged by itself
 */
export function smoothSessions(
  { dwellSeconds, likeness }: Pick<SessionSmoothing, 'dwellSeconds' | 'likeness'>,
  present: readonly number[],
  probabilities: Float64Array,
  classCount: number,
  { sessions, seconds, hasEvidence }: WindowSequence,
): SmoothedWindows {
  const width = present.length;
  const reach = REACH * dwellSeconds;
  const pooled = probabilities.slice();
  const inSight = new Float64Array(sessions.length).fill(1);
  for (const rows of rowsBySession(sessions, seconds)) {
    const own = Float64Array.from(
      { length: rows.length * width },
      (_, at) => probabilities[rows[Math.floor(at / width)]! * classCount + present[at % width]!]!,
    );
    const roots = own.map(Math.sqrt);
    const logs = own.map((probability) => Math.log(probability + FLOOR));
    const sums = new Float64Array(width);
    let first = 0;
    for (const [step, row] of rows.entries()) {
      while (seconds[row]! - seconds[rows[first]!]! > reach) first++;
      sums.fill(0);
      let weights = 0;
      for (let other = first; other < rows.length; other++) {
        const apart = Math.abs(seconds[rows[other]!]! - seconds[row]!);
        if (apart > reach) break;
        if (hasEvidence[rows[other]!] === 0) continue;
        let alike = 0;
        for (let state = 0; state < width; state++)
          alike += roots[step * width + state]! * roots[other * width + state]!;
        const weight = Math.exp(-apart / dwellSeconds) * (hasEvidence[row] === 0 ? 1 : alike ** likeness);
        weights += weight;
        for (let state = 0; state < width; state++) sums[state]! += weight * logs[other * width + state]!;
      }
      if (weights === 0) continue;
      inSight[row] = Math.max(1, weights);
      let sum = 0;
      for (let state = 0; state < width; state++) sum += sums[state] = Math.exp(sums[state]! / weights);
      for (let state = 0; state < width; state++)
        pooled[row * classCount + present[state]!] = sums[state]! / sum;
    }
  }
  return { probabilities: pooled, inSight };
}

/** Rows of each session by time. */
function rowsBySession(sessions: Int32Array, seconds: Float64Array): Int32Array[] {
  const rows = new Map<number, number[]>();
  for (const [row, session] of sessions.entries()) {
    const known = rows.get(session);
    if (known) known.push(row);
    else rows.set(session, [row]);
  }
  return [...rows.values()].map((of) =>
    Int32Array.from(of).sort((left, right) => seconds[left]! - seconds[right]! || left - right),
  );
}

/**
 * How sharp pooled probabilities are to be. What is learnt on whole sessions (1 / temperature) is for many windows; one that
 * stands alone is calibrated as it is. Among n in sight, that has a say of 1 / n²: with 1 / n, the ends of long sessions
 * would differ from their middles.
 *
 * @param inSight by row, how many windows speak for it
 */
export function sharpnessBySight(inSight: Float64Array): SharpnessOf {
  return (row, ofMany) => ofMany + (1 - ofMany) / inSight[row]! ** 2;
}
