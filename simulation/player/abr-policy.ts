import type { Rung } from '../title/title.js';

/** Input of a policy: the player's state when it chooses the rung of the next segment. */
export interface AbrState {
  readonly ladder: readonly Rung[];
  /** Ladder index of the previous segment; null for the first one. */
  readonly previous: number | null;
  readonly bufferSeconds: number;
  readonly maxBufferSeconds: number;
  /** Throughput of the latest downloads, oldest first. */
  readonly throughputsBps: readonly number[];
}

/** Chooses the rung of the next segment, as an index into the ladder. */
export type AbrPolicy = (state: AbrState) => number;

/** Names of the adaptive policies. */
export type AbrPolicyName = 'buffer' | 'rate';

/** Reservoir and end of the cushion as shares of the buffer (90 s and 216 s of 240 s in the paper). */
const RESERVOIR_SHARE = 90 / 240;
const CUSHION_END_SHARE = 216 / 240;

/** Always the same rung. */
export const pinned =
  (heightPx: number): AbrPolicy =>
  ({ ladder }) => {
    const index = ladder.findIndex((rung) => rung.heightPx === heightPx);
    if (index < 0) throw new RangeError(`the ladder has no rung of ${heightPx} px`);
    return index;
  };

/**
 * BBA-0: the rate is a linear function of the buffer between a reservoir and a cushion; the rung changes only when
 * this rate reaches a neighbouring rung (Huang et al., "A Buffer-Based Approach to Rate Adaptation", SIGCOMM 2014,
 * algorithm 1).
 */
export const bufferBased: AbrPolicy = ({ ladder, previous, bufferSeconds, maxBufferSeconds }) => {
  const top = ladder.length - 1;
  const current = previous ?? 0;
  const reservoir = RESERVOIR_SHARE * maxBufferSeconds;
  const cushionEnd = CUSHION_END_SHARE * maxBufferSeconds;
  if (bufferSeconds <= reservoir) return 0;
  if (bufferSeconds >= cushionEnd) return top;
  const least = ladder[0]!.bitrateBps;
  const most = ladder[top]!.bitrateBps;
  const rate = least + ((most - least) * (bufferSeconds - reservoir)) / (cushionEnd - reservoir);
  const above = ladder[Math.min(top, current + 1)]!.bitrateBps;
  const below = ladder[Math.max(0, current - 1)]!.bitrateBps;
  if (rate >= above)
    return Math.max(
      current,
      lastIndex(ladder, (rung) => rung.bitrateBps < rate),
    );
  if (rate <= below) return ladder.findIndex((rung) => rung.bitrateBps > rate);
  return current;
};

const SAMPLES = 5;
const SAFETY = 0.85;

/**
 * The highest rung below a share of the recent throughput (harmonic mean over five downloads); after the first one,
 * upwards one rung at a time (after FESTIVE: Jiang, Sekar, Zhang, CoNEXT 2012, without its randomised scheduling).
 */
export const rateBased: AbrPolicy = ({ ladder, previous, throughputsBps }) => {
  if (throughputsBps.length === 0) return 0;
  const recent = throughputsBps.slice(-SAMPLES);
  const mean = recent.length / recent.reduce((sum, bps) => sum + 1 / bps, 0);
  const highest = Math.max(
    0,
    lastIndex(ladder, (rung) => rung.bitrateBps <= SAFETY * mean),
  );
  return previous === null ? highest : Math.min(highest, previous + 1);
};

const lastIndex = (ladder: readonly Rung[], predicate: (rung: Rung) => boolean): number =>
  ladder.findLastIndex(predicate);
