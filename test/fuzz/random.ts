import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Whole numbers from 0 up to, but without, `below`. */
export type Draw = (below: number) => number;

/** Near seeds give unlike draws: the seed is mixed first (the finaliser of MurmurHash3). */
export function drawFrom(seed: number): Draw {
  let mixed = seed | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  const generator = xoroshiro128plus(mixed ^ (mixed >>> 16));
  return (below) => uniformInt(generator, 0, below - 1);
}

/** One of the values; there must be one. */
export function pick<T>(draw: Draw, values: readonly T[]): T {
  return values[draw(values.length)]!;
}
