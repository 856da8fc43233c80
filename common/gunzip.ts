import { createGunzip, type Gunzip } from 'node:zlib';

const OUTPUT_CHUNK_BYTES = 1 << 20;
/** Compressed bytes decompressed at once: bounds the memory that a highly compressed file takes. */
const INPUT_SLICE_BYTES = 1 << 15;

/**
 * How a gzip stream ended: `whole`, `cut` before its end, or `damaged` if the data does not decompress. The content
 * before that point is delivered in every case.
 */
type GunzipEnd = 'whole' | 'cut' | 'damaged';

/**
 * Decompresses gzip (RFC 1952) with one or more members; bytes after the last member that are not gzip are ignored.
 * The generator's return value says how the stream ended. Errors of `source` are passed to the caller.
 */
export async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, GunzipEnd> {
  const inflater = createGunzip({ chunkSize: OUTPUT_CHUNK_BYTES });
  const output: Uint8Array[] = [];
  inflater.on('data', (chunk: Uint8Array) => output.push(chunk));
  const ended = new Promise<GunzipEnd>((resolve) => {
    inflater.once('end', () => resolve('whole'));
    inflater.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'Z_BUF_ERROR' ? 'cut' : 'damaged'),
    );
  });
  try {
    for await (const chunk of source) {
      for (let start = 0; start < chunk.length; start += INPUT_SLICE_BYTES) {
        const end = await Promise.race([
          ended,
          write(inflater, chunk.subarray(start, start + INPUT_SLICE_BYTES)),
        ]);
        yield* output.splice(0);
        if (end) return end;
      }
    }
    inflater.end();
    const end = await ended;
    yield* output.splice(0);
    return end;
  } finally {
    inflater.destroy();
  }
}

/** Resolves when the slice is decompressed; a failure is reported by the stream's `error` event. */
function write(inflater: Gunzip, slice: Uint8Array): Promise<null> {
  return new Promise((resolve) => {
    inflater.write(slice, (error) => {
      if (!error) resolve(null);
    });
  });
}
