import { createRandom, deriveSeed } from '../../common/random.js';

/**
 * Deciles of the effect of a title on the bitrates of all its rungs, from the least to the most, in standard
 * deviations: those of the 49 ladders in `codec-ladders.ts`. A few titles, such as still pictures with music, need far
 * less than the others.
 */
const DECILES = [-2.83, -1.73, -0.69, -0.31, -0.19, 0.25, 0.55, 0.73, 0.83, 1.06, 1.44] as const;

/** The effect of one title, drawn from seed and name. */
export function titleEffect(seed: number, title: string): number {
  return effectAt(createRandom(deriveSeed(seed, `title ${title}`)).uniform());
}

/** The effects of several titles, in random order: one from each of `count` equal parts of the distribution. */
export function titleEffects(seed: number, count: number): number[] {
  const random = createRandom(deriveSeed(seed, 'titles'));
  const parts = random.shuffle(Array.from({ length: count }, (_, part) => part));
  return parts.map((part) => effectAt((part + random.uniform()) / count));
}

/** @param share in [0, 1) */
function effectAt(share: number): number {
  const place = share * (DECILES.length - 1);
  const below = Math.floor(place);
  const least = DECILES[below]!;
  return least + (place - below) * (DECILES[below + 1]! - least);
}
