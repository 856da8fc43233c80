import { gzipSync } from 'node:zlib';

import { mutate } from './mutate.js';
import { drawFrom, pick, type Draw } from './random.js';

/** A capture to start from. */
export interface Fixture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One damaged capture, and how to read it. */
export interface FuzzCase {
  readonly fixture: string;
  readonly bytes: Uint8Array;
  /** Sizes of the chunks that it comes in, over and over. */
  readonly chunkBytes: readonly number[];
  /** What decoding sees: the mutant before compression; null where damaged compression hides it. */
  readonly content: Uint8Array | null;
}

const MAX_CHUNK_BYTES = 5000;
const MAX_CHUNK_SIZES = 4;
/** One in so many starts from the first fixture, the repository's own: it holds most kinds of headers. */
const DENSE_SHARE = 8;
/** One in so many is compressed; of those, one in three is damaged again. */
const GZIP_SHARE = 8;
const GZIP_DAMAGE_SHARE = 3;

/** The case of a seed: always the same for the same fixtures. */
export function fuzzCase(seed: number, fixtures: readonly Fixture[]): FuzzCase {
  const draw = drawFrom(seed);
  const { name, bytes } = draw(DENSE_SHARE) === 0 ? fixtures[0]! : pick(draw, fixtures);
  const mutant = mutate(bytes, pick(draw, fixtures).bytes, draw);
  const chunkBytes = Array.from({ length: 1 + draw(MAX_CHUNK_SIZES) }, () => 1 + draw(MAX_CHUNK_BYTES));
  if (draw(GZIP_SHARE) !== 0) return { fixture: name, bytes: mutant, chunkBytes, content: mutant };
  const zipped = zip(mutant, draw);
  if (draw(GZIP_DAMAGE_SHARE) !== 0) {
    return { fixture: name, bytes: zipped, chunkBytes, content: mutant };
  }
  zipped[draw(zipped.length)] = draw(256);
  const damaged = draw(2) === 0 ? zipped : zipped.subarray(0, draw(zipped.length));
  return { fixture: name, bytes: damaged, chunkBytes, content: null };
}

/** In one member or two. */
function zip(bytes: Uint8Array, draw: Draw): Uint8Array {
  const border = draw(2) === 0 ? 0 : draw(bytes.length + 1);
  const members = border === 0 ? [bytes] : [bytes.subarray(0, border), bytes.subarray(border)];
  return Uint8Array.from(Buffer.concat(members.map((member) => gzipSync(member, { level: 1 }))));
}
