import { createRandom, deriveSeed } from '../../common/random.js';

/**
 * Every twentieth of the distribution of a title's effect on the bitrates of all its rungs, in standard deviations: the
 * 41 videos that were watched for csieber/yt-dataset in 2015, at 360 to 720. A few titles, such as still pictures with
 * music, need far less than the others.
 */
const TWENTIETHS = [
  -4.2, -1.55, -0.97, -0.68, -0.47, -0.38, -0.23, -0.13, 0.01, 0.13, 0.2, 0.33, 0.47, 0.54, 0.6, 0.66, 0.8,
  0.9, 0.91, 0.98, 1.08,
] as const;

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
  const place = share * (TWENTIETHS.length - 1);
  const below = Math.floor(place);
  const least = TWENTIETHS[below]!;
  return least + (place - below) * (TWENTIETHS[below + 1]! - least);
}
