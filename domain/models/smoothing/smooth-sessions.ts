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

/** Keeps a class that one window rules out possible where all others speak for it. */
const FLOOR = 1e-3;

/**
 * Probability of each class given all windows of the session, by the forward-backward algorithm (Rabiner 1989, section
 * III): O(windows x classes). Between windows that lie t seconds apart the chain leaves a class at the rate
 * 1 / dwellSeconds, for any other alike; windows may be missing. A model with a single class stays as it is.
 *
 * @param probabilities windows x classes, row-major, each window judged by itself
 * @param present classes that can play, ascending; the others keep probability 0
 * @returns windows x classes, in the order given; not calibrated
 */
export function smoothSessions(
  { dwellSeconds, power }: Pick<SessionSmoothing, 'dwellSeconds' | 'power'>,
  present: readonly number[],
  probabilities: Float64Array,
  classCount: number,
  windows: WindowSequence,
): Float64Array {
  const width = present.length;
  const smoothed = new Float64Array(probabilities.length);
  const leaving = leavingRate(dwellSeconds, width);
  for (const rows of rowsBySession(windows)) {
    const evidence = new Float64Array(rows.length * width).fill(1);
    for (const [step, row] of rows.entries()) {
      if (windows.hasEvidence[row] === 0) continue;
      for (const [state, label] of present.entries())
        evidence[step * width + state] = (probabilities[row * classCount + label]! + FLOOR) ** power;
    }
    const keep = keptSince(rows, windows, leaving);
    const before = chain(evidence, width, (step) => keep[step]!);
    const after = chain(reversed(evidence, width), width, (step) => keep[rows.length - step]!);
    for (const [step, row] of rows.entries()) {
      let sum = 0;
      for (let state = 0; state < width; state++) {
        // Both hold the window's own evidence.
        const likelihood =
          (before[step * width + state]! * after[(rows.length - 1 - step) * width + state]!) /
          evidence[step * width + state]!;
        smoothed[row * classCount + present[state]!] = likelihood;
        sum += likelihood;
      }
      for (const label of present) smoothed[row * classCount + label]! /= sum;
    }
  }
  return smoothed;
}

/**
 * How many windows speak for each, itself among them: one that lies t seconds away counts as the chain has kept its class
 * over that time, one with nothing to see not at all.
 *
 * @param states of the chain
 * @returns a number a window, in the order given, at least 1
 */
export function windowsInSight(dwellSeconds: number, states: number, windows: WindowSequence): Float64Array {
  const inSight = new Float64Array(windows.sessions.length);
  const leaving = leavingRate(dwellSeconds, states);
  for (const rows of rowsBySession(windows)) {
    const keep = keptSince(rows, windows, leaving);
    let before = 0;
    for (const [step, row] of rows.entries()) {
      before *= keep[step]!;
      inSight[row]! += before;
      before += windows.hasEvidence[row]!;
    }
    let after = 0;
    for (const [step, row] of [...rows.entries()].reverse()) {
      inSight[row] = Math.max(1, inSight[row]! + windows.hasEvidence[row]! + after);
      after = (after + windows.hasEvidence[row]!) * keep[step]!;
    }
  }
  return inSight;
}

/** Rate at which the chain forgets its class: it leaves it at 1 / dwellSeconds, and may come back. */
function leavingRate(dwellSeconds: number, states: number): number {
  return states < 2 ? 0 : states / ((states - 1) * dwellSeconds);
}

/** Of each window of a session, the share of the chain that has not left its class since the window before. */
function keptSince(rows: Int32Array, { seconds }: WindowSequence, leaving: number): Float64Array {
  return Float64Array.from(rows.keys(), (step) =>
    step === 0 ? 0 : Math.exp(-leaving * (seconds[rows[step]!]! - seconds[rows[step - 1]!]!)),
  );
}

/** Of each step, the states given its own evidence and that of all steps before; `keep`: share that stayed since the last. */
function chain(evidence: Float64Array, width: number, keep: (step: number) => number): Float64Array {
  const states = new Float64Array(evidence.length);
  for (let step = 0; step * width < evidence.length; step++) {
    const stayed = step === 0 ? 0 : keep(step);
    let sum = 0;
    for (let state = 0; state < width; state++) {
      const at = step * width + state;
      const prior = (1 - stayed) / width + (step === 0 ? 0 : stayed * states[at - width]!);
      sum += states[at] = prior * evidence[at]!;
    }
    for (let state = 0; state < width; state++) states[step * width + state]! /= sum;
  }
  return states;
}

function reversed(evidence: Float64Array, width: number): Float64Array {
  const steps = evidence.length / width;
  return evidence.map((_, at) => evidence[(steps - 1 - Math.floor(at / width)) * width + (at % width)]!);
}

/** Rows of each session by time. */
function rowsBySession({ sessions, seconds }: WindowSequence): Int32Array[] {
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
