import { compress } from './compress.js';
import { mutate } from './mutate.js';
import { drawFrom, pick } from './random.js';

/** A capture to mutate. */
export interface Fixture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One damaged capture, and how to read it. */
export interface FuzzCase {
  readonly fixture: string;
  readonly bytes: Uint8Array;
  /** Sizes of the chunks in which it is read, repeated cyclically. */
  readonly chunkBytes: readonly number[];
  /** The decompressed content; null if the compressed data is damaged. */
  readonly content: Uint8Array | null;
}

const MAX_CHUNK_BYTES = 5000;
const MAX_CHUNK_SIZES = 4;
/** One in this many cases uses the first fixture, the repository's own, which contains most kinds of headers. */
const DENSE_SHARE = 8;
/** One in this many cases is compressed; of those, one in three is damaged again. */
const COMPRESSED_SHARE = 8;
const DAMAGE_SHARE = 3;

/** The case of a seed: always the same for the same fixtures. */
export function fuzzCase(seed: number, fixtures: readonly Fixture[]): FuzzCase {
  const draw = drawFrom(seed);
  const { name, bytes } = draw(DENSE_SHARE) === 0 ? fixtures[0]! : pick(draw, fixtures);
  const mutant = mutate(bytes, pick(draw, fixtures).bytes, draw);
  const chunkBytes = Array.from({ length: 1 + draw(MAX_CHUNK_SIZES) }, () => 1 + draw(MAX_CHUNK_BYTES));
  if (draw(COMPRESSED_SHARE) !== 0) return { fixture: name, bytes: mutant, chunkBytes, content: mutant };
  const zipped = compress(mutant, draw);
  if (draw(DAMAGE_SHARE) !== 0) {
    return { fixture: name, bytes: zipped, chunkBytes, content: mutant };
  }
  zipped[draw(zipped.length)] = draw(256);
  const damaged = draw(2) === 0 ? zipped : zipped.subarray(0, draw(zipped.length));
  return { fixture: name, bytes: damaged, chunkBytes, content: null };
}
