import { ReadableStream } from 'node:stream/web';
import xz from 'xz-decompress';
import { slices } from './slices.js';

/** Decompresses xz, piece by piece. @throws Error if the data is cut or damaged; what comes before is delivered */
export async function* unxz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of new xz.XzReadableStream(ReadableStream.from(slices(source)))) yield piece;
}
