import { createRandom, deriveSeed } from '../../common/random.js';

const LEAST = 0.6;
const MOST = 1.6;

/**
 * A title's bitrate relative to the rung's nominal one, from 0.6 (a cartoon) to 1.6 (a football match),
 * log-uniform.
 */
export function titleFactor(seed: number, title: string): number {
  return factorAt(createRandom(deriveSeed(seed, `title ${title}`)).uniform());
}

/** The factors of several titles, in random order: one from each of `count` equal parts of the range. */
export function titleFactors(seed: number, count: number): number[] {
  const random = createRandom(deriveSeed(seed, 'titles'));
  const parts = random.shuffle(Array.from({ length: count }, (_, part) => part));
  return parts.map((part) => factorAt((part + random.uniform()) / count));
}

const factorAt = (share: number): number => LEAST * (MOST / LEAST) ** share;
