import { Decompress } from 'fzstd';
import { slices } from './slices.js';
import { ZstdFrames } from './zstd-frames.js';

/**
 * Decompresses Zstandard, piece by piece; a piece is valid until the next is taken.
 * @throws Error if the data is cut or damaged; what comes before is delivered
 */
export async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  // A copy: the library reuses its memory.
  const stream = new Decompress((piece) => pieces.push(piece.slice()));
  const frames = new ZstdFrames();
  const push = (bytes: Uint8Array, isLast: boolean): void => {
    try {
      stream.push(bytes, isLast);
    } catch (error) {
      // Of damaged data, the library copies what does not fit.
      if (error instanceof RangeError && !/allocation/i.test(error.message))
        throw new Error('a block has more bytes than its frame allows', { cause: error });
      throw error;
    }
  };
  let last: Uint8Array | null = null;
  for await (const slice of slices(source)) {
    if (last !== null) push(last, false);
    yield* pieces.splice(0);
    frames.check(slice);
    last = Uint8Array.from(slice);
  }
  push(last ?? new Uint8Array(0), true);
  yield* pieces.splice(0);
}
