import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws an integer from 0 (included) to `below` (excluded). */
export type Draw = (below: number) => number;

/**
 * A generator of random integers. The seed is mixed first (the finaliser of MurmurHash3), so that similar seeds
 * give different draws.
 */
export function drawFrom(seed: number): Draw {
  let mixed = seed | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  const generator = xoroshiro128plus(mixed ^ (mixed >>> 16));
  return (below) => uniformInt(generator, 0, below - 1);
}

/** One of the values. The list must not be empty. */
export function pick<T>(draw: Draw, values: readonly T[]): T {
  return values[draw(values.length)]!;
}
