import type { SharpnessOf } from '../calibration/temperature.js';
import type { SessionSmoothing } from './session-smoothing.js';

/** Position of windows in their sessions; each array has one entry per window, in any order. */
export interface WindowSequence {
  /** Number of the session. */
  readonly sessions: Int32Array;
  /** Start in the session, seconds. */
  readonly seconds: Float64Array;
  /** 0: the window has no evidence, only its neighbours count. */
  readonly hasEvidence: Uint8Array;
}

/** Probabilities smoothed over sessions. */
export interface SmoothedWindows {
  /** windows x classes, row-major, in the order given; not calibrated. */
  readonly probabilities: Float64Array;
  /** Effective number of windows pooled, by window: the sum of the weights (its own is 1); at least 1. */
  readonly effectiveWindows: Float64Array;
}

/** Added before the logarithm, so that one window cannot rule out a class that all others predict. */
const FLOOR = 1e-2;

/** In dwell times; windows farther away have weights below 0.0004. */
const REACH = 8;

/**
 * Pools the probabilities of each window with those of its neighbours in the session, as `SessionSmoothing` says. The
 * posterior of a hidden Markov chain treats neighbours as independent evidence; an average is not more confident than
 * its inputs, and leaves a single window unchanged. A window without evidence gets the average of its neighbours,
 * weighted by time only; without neighbours in reach it is unchanged.
 *
 * O(windows x windows within eight dwell times x classes).
 *
 * @param present possible classes, ascending; the others keep probability 0
 * @param probabilities windows x classes, row-major, of each window by itself
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
  const effectiveWindows = new Float64Array(sessions.length).fill(1);
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
        let similarity = 0;
        for (let state = 0; state < width; state++)
          similarity += roots[step * width + state]! * roots[other * width + state]!;
        const weight =
          Math.exp(-apart / dwellSeconds) * (hasEvidence[row] === 0 ? 1 : similarity ** likeness);
        weights += weight;
        for (let state = 0; state < width; state++) sums[state]! += weight * logs[other * width + state]!;
      }
      if (weights === 0) continue;
      effectiveWindows[row] = Math.max(1, weights);
      let sum = 0;
      for (let state = 0; state < width; state++) sum += sums[state] = Math.exp(sums[state]! / weights);
      for (let state = 0; state < width; state++)
        pooled[row * classCount + present[state]!] = sums[state]! / sum;
    }
  }
  return { probabilities: pooled, effectiveWindows };
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
 * Sharpness of pooled probabilities. The sharpness learnt on whole sessions (1 / temperature) is for many windows; a
 * single window is calibrated already and keeps 1. With n windows pooled, the weight of the latter is 1 / n²: with 1 /
 * n, the ends of long sessions would differ from their middles.
 *
 * @param effectiveWindows by row, effective number of windows pooled
 */
export function sharpnessByWindows(effectiveWindows: Float64Array): SharpnessOf {
  return (row, ofMany) => ofMany + (1 - ofMany) / effectiveWindows[row]! ** 2;
}
