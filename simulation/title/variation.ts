import type { Random } from '../../common/random.js';
import { normal } from '../engine/normal.js';

/** A part of the deviation: its share of the variance, and the time after which a third of it remains. */
const PARTS = [
  { share: 0.8, seconds: 2 },
  { share: 0.2, seconds: 20 },
].map(({ share, seconds }) => ({ weight: Math.sqrt(share), kept: Math.exp(-1 / seconds) }));
/** Limits of a second's size, relative to the mean. */
const LEAST = 0.1;
const MOST = 5;

/**
 * How much a title's picture needs by the second, relative to its mean: lognormal, correlated over a few seconds (one
 * scene) and half a minute (one passage). In constant sessions of the Lumos data, the logarithms of neighbouring chunks
 * of 2 to 4 s are correlated by 0.11 to 0.64.
 */
export class Variation {
  readonly #random: Random;
  readonly #sigma: number;
  readonly #deviations: number[];
  readonly #sizes: number[] = [];

  /** @param sigma standard deviation of the logarithm of a second's size */
  constructor(random: Random, sigma: number) {
    this.#random = random;
    this.#sigma = sigma;
    this.#deviations = PARTS.map(() => normal(random));
  }

  /** Size of a second of media, relative to the mean. @param second whole seconds from the title's start */
  at(second: number): number {
    while (this.#sizes.length <= second) this.#sizes.push(this.#next());
    return this.#sizes[second]!;
  }

  #next(): number {
    let deviation = 0;
    for (const [index, { weight, kept }] of PARTS.entries()) {
      const own = this.#deviations[index]!;
      deviation += weight * own;
      this.#deviations[index] = kept * own + Math.sqrt(1 - kept * kept) * normal(this.#random);
    }
    const size = Math.exp(this.#sigma * deviation - this.#sigma ** 2 / 2);
    return Math.min(MOST, Math.max(LEAST, size));
  }
}
