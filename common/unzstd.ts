import { Decompress } from 'fzstd';
import { slices } from './slices.js';

/**
 * Decompresses Zstandard, piece by piece; a piece is valid until the next is taken.
 * @throws Error if the data is cut or damaged; what comes before is delivered
 */
export async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  // A copy: the library reuses its memory.
  const stream = new Decompress((piece) => pieces.push(piece.slice()));
  let last: Uint8Array | null = null;
  for await (const slice of slices(source)) {
    if (last !== null) stream.push(last);
    yield* pieces.splice(0);
    last = Uint8Array.from(slice);
  }
  stream.push(last ?? new Uint8Array(0), true);
  yield* pieces.splice(0);
}
