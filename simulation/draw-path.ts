import type { Random } from '../common/random.js';
import { lognormal } from './engine/normal.js';
import type { BandwidthSpec } from './network/bandwidth-trace.js';
import type { NetworkSpec } from './network/network-spec.js';
import type { SessionSpec } from './session-spec.js';
import type { Title } from './title/title.js';

/**
 * Paths of pinned sessions: distribution of the bandwidth over sessions, and multiples of the media's bitrate for
 * its mean and its minimum.
 */
const PINNED_MEDIAN_BPS = 15e6;
const PINNED_SIGMA = 0.6;
const PINNED_HEADROOM = 2.5;
const PINNED_LEAST_HEADROOM = 1.5;
const PINNED_CHANGE_SIGMA = 0.25;
/**
 * Paths of adaptive sessions: slow enough that the rung matters, and at another level after a minute or so. A part of
 * them has no levels, so that its players settle: 38 % of the runs of YouTube in 2015 never switched.
 */
const ADAPTIVE_MEDIAN_BPS = 2e6;
const ADAPTIVE_SIGMA = 0.8;
const ADAPTIVE_LEAST_BPS = 350e3;
const ADAPTIVE_CHANGE_SIGMA = 0.4;
const ADAPTIVE_DIP_CHANCE = 0.003;
const ADAPTIVE_LEVELS = { sigma: 0.8, seconds: 60 };
const STEADY_SHARE = 0.3;
const MOST_BPS = 100e6;
/** The queue is as large as the bytes that pass in this time at the mean bandwidth. */
const QUEUE_SECONDS = 0.25;
const LEAST_QUEUE_BYTES = 65_536;

/** The bandwidth of a session's path. @throws RangeError for a rung that is not on the ladder */
export function drawBandwidth({ pinnedPx }: SessionSpec, title: Title, random: Random): BandwidthSpec {
  if (pinnedPx === null) {
    const isSteady = random.uniform() < STEADY_SHARE;
    return {
      meanBps: Math.min(MOST_BPS, ADAPTIVE_MEDIAN_BPS * lognormal(random, ADAPTIVE_SIGMA)),
      sigma: ADAPTIVE_CHANGE_SIGMA,
      leastBps: ADAPTIVE_LEAST_BPS,
      mostBps: MOST_BPS,
      dipChance: isSteady ? 0 : ADAPTIVE_DIP_CHANCE,
      ...(isSteady ? {} : { levels: ADAPTIVE_LEVELS }),
    };
  }
  const rung = title.ladder.find(({ heightPx }) => heightPx === pinnedPx);
  if (rung === undefined) throw new RangeError(`the ladder has no rung of ${pinnedPx} px`);
  const mediaBps = rung.bitrateBps + title.audioBitrateBps;
  return {
    meanBps: Math.min(
      MOST_BPS,
      Math.max(PINNED_MEDIAN_BPS * lognormal(random, PINNED_SIGMA), mediaBps * PINNED_HEADROOM),
    ),
    sigma: PINNED_CHANGE_SIGMA,
    leastBps: mediaBps * PINNED_LEAST_HEADROOM,
    mostBps: MOST_BPS,
    dipChance: 0,
  };
}

/** Delays, losses and queue of a session's path. */
export function drawNetwork(spec: SessionSpec, meanBps: number, random: Random): NetworkSpec {
  const { lossBefore, lossAfter, reordering } = spec;
  const isLossless = lossBefore === 0 && lossAfter === 0;
  return {
    roundTripUs: 8_000 + random.integer(45_000),
    accessRoundTripUs: 400 + random.integer(3_000),
    lossBefore,
    lossAfter,
    reordering,
    queueBytes: isLossless ? Infinity : Math.max(LEAST_QUEUE_BYTES, (meanBps / 8) * QUEUE_SECONDS),
  };
}
