import type { Random } from '../../common/random.js';
import { lognormal, normal } from '../engine/normal.js';

const STEP_US = 1_000_000;
/** Share of a step's deviation that remains in the next. */
const PERSISTENCE = 0.85;
const DIP_SHARE_OF_MEAN = 0.12;
/** No dip in the first steps of a session. */
const DIP_FREE_STEPS = 10;
const DIP_LEAST_STEPS = 6;
const DIP_SPREAD_STEPS = 14;

const ONE_LEVEL = { sigma: 0, seconds: Infinity };

/** Parameters of a path's changing bandwidth. */
export interface BandwidthSpec {
  readonly meanBps: number;
  /** Standard deviation of the logarithm. 0: constant. */
  readonly sigma: number;
  readonly leastBps: number;
  readonly mostBps: number;
  /** Chance, each second, that the bandwidth falls to about an eighth of the mean for 6 to 19 s. */
  readonly dipChance: number;
  /** Levels of the mean: standard deviation of their logarithm, and how long each lasts on average. Default: one level. */
  readonly levels?: { readonly sigma: number; readonly seconds: number };
}

/** Bandwidth of a bottleneck, constant within a second, autocorrelated over seconds, at one level for a while. */
export class BandwidthTrace {
  readonly #startUs: number;
  /** Bit/s, by second; the last value applies to all later seconds. */
  readonly #bps: readonly number[];

  constructor(startUs: number, bps: readonly number[]) {
    this.#startUs = startUs;
    this.#bps = bps;
  }

  static draw(spec: BandwidthSpec, startUs: number, seconds: number, random: Random): BandwidthTrace {
    const bps: number[] = [];
    let deviation = normal(random);
    let dipSteps = 0;
    const { sigma: levelSigma, seconds: levelSeconds } = spec.levels ?? ONE_LEVEL;
    let level = lognormal(random, levelSigma);
    for (let second = 0; second <= seconds; second++) {
      const beginsDip = random.uniform() < spec.dipChance && second >= DIP_FREE_STEPS;
      if (dipSteps > 0) dipSteps--;
      else if (beginsDip) dipSteps = DIP_LEAST_STEPS + random.integer(DIP_SPREAD_STEPS);
      if (random.uniform() < 1 / levelSeconds) level = lognormal(random, levelSigma);
      const mean = spec.meanBps * level * (dipSteps > 0 ? DIP_SHARE_OF_MEAN : 1);
      const drawn = mean * Math.exp(spec.sigma * deviation - (spec.sigma * spec.sigma) / 2);
      bps.push(Math.min(spec.mostBps, Math.max(spec.leastBps, drawn)));
      deviation = PERSISTENCE * deviation + Math.sqrt(1 - PERSISTENCE ** 2) * normal(random);
    }
    return new BandwidthTrace(startUs, bps);
  }

  /** Time at which `bytes` bytes have passed, if they begin to pass at `timeUs`. */
  passedUs(timeUs: number, bytes: number): number {
    let bits = 8 * bytes;
    let nowUs = timeUs;
    for (;;) {
      const step = Math.max(0, Math.floor((nowUs - this.#startUs) / STEP_US));
      const bps = this.#bps[Math.min(step, this.#bps.length - 1)]!;
      const endUs = step >= this.#bps.length - 1 ? Infinity : this.#startUs + (step + 1) * STEP_US;
      const room = ((endUs - nowUs) / 1e6) * bps;
      if (bits <= room) return nowUs + (bits / bps) * 1e6;
      bits -= room;
      nowUs = endUs;
    }
  }
}
