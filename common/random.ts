import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers. The same seed gives the same stream on every machine. */
export interface Random {
  /** A number in [0, 1), with 53 random bits. */
  uniform(): number;
  /** An integer in [0, n); RangeError unless n is a positive integer. */
  integer(n: number): number;
  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/** Random numbers from xoroshiro128+ (pure-rand). Only the low 32 bits of the seed are used. */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0);
  const integer = (n: number): number => {
    if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`integer(n) needs n >= 1, not ${n}`);
    return uniformInt(generator, 0, n - 1);
  };
  return {
    uniform: () => uniformFloat64(generator),
    integer,
    shuffle: <T>(items: readonly T[]): T[] => {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        const kept = shuffled[last]!;
        shuffled[last] = shuffled[other]!;
        shuffled[other] = kept;
      }
      return shuffled;
    },
  };
}

/**
 * A seed (unsigned 32-bit) for the part of the work named by `label`, so that a change in how many numbers one part
 * draws does not affect the others: FNV-1a over the label, starting from the mixed seed.
 */
export function deriveSeed(seed: number, label: string): number {
  let hash = mix(seed ^ 0x811c9dc5);
  for (let index = 0; index < label.length; index++) {
    hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193);
  }
  return mix(hash) >>> 0;
}

/** The finaliser of MurmurHash3: every input bit changes about half of the output bits. */
function mix(value: number): number {
  const first = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}
