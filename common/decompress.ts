import Bunzip from 'seek-bzip';
import type { Compression } from './compression.js';
import { DatasetError } from './dataset-error.js';
import { gunzip } from './gunzip.js';
import { unxz } from './unxz.js';
import { unzstd } from './unzstd.js';
import { ZstdWindowError } from './zstd-frames.js';

const OUTPUT_BYTES = 1 << 16;
/** Content may be at most this many times as long as the file, plus this many bytes. */
const GROWTH_FACTOR = 1000;
const GROWTH_BASE_BYTES = 1 << 26;

/**
 * Decompresses `source` piece by piece and passes the pieces to `write`. Several compressed parts may follow each
 * other. The pieces are reused: `write` must have copied them when it returns.
 * @throws DatasetError if the data is cut or damaged, or grows more than a thousandfold
 */
export async function decompress(
  source: AsyncIterable<Uint8Array>,
  compression: Compression,
  compressedBytes: number,
  write: (piece: Uint8Array) => void,
): Promise<void> {
  const limit = compressedBytes * GROWTH_FACTOR + GROWTH_BASE_BYTES;
  let written = 0;
  const bounded = (piece: Uint8Array): void => {
    written += piece.length;
    if (written > limit) {
      throw new DatasetError(
        `${compressedBytes} bytes of ${compression} expand to more than ${limit} bytes, more than ${GROWTH_FACTOR} times as many; if this is correct, decompress the file first`,
      );
    }
    write(piece);
  };
  try {
    await DECOMPRESSORS[compression](source, bounded);
  } catch (error) {
    if (error instanceof DatasetError || isSystemError(error)) throw error;
    if (error instanceof ZstdWindowError) throw new DatasetError(error.message, { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatasetError(
      `the ${compression} data is cut or damaged behind byte ${written} of the content: ${reason}`,
      {
        cause: error,
      },
    );
  }
}

type Decompressor = (source: AsyncIterable<Uint8Array>, write: (piece: Uint8Array) => void) => Promise<void>;

const DECOMPRESSORS: Readonly<Record<Compression, Decompressor>> = {
  async gzip(source, write) {
    const pieces = gunzip(source);
    for (;;) {
      const next = await pieces.next();
      if (next.done !== true) write(next.value);
      else if (next.value === 'whole') return;
      else throw new Error(next.value === 'cut' ? 'unexpected end of data' : 'incorrect data');
    }
  },

  async xz(source, write) {
    for await (const piece of unxz(source)) write(piece);
  },

  async zstd(source, write) {
    for await (const piece of unzstd(source)) write(piece);
  },

  /** The library reads byte by byte, so the compressed bytes (not the content) are kept in memory. */
  async bzip2(source, write) {
    const parts: Uint8Array[] = [];
    for await (const part of source) parts.push(part);
    const compressed = Buffer.concat(parts);
    const piece = new Uint8Array(OUTPUT_BYTES);
    let read = 0;
    let filled = 0;
    const input = Object.assign(new Bunzip.Stream(), {
      readByte: () => compressed[read++] ?? -1,
      eof: () => read >= compressed.length,
    });
    const output = Object.assign(new Bunzip.Stream(), {
      writeByte(byte: number) {
        piece[filled++] = byte;
        if (filled < OUTPUT_BYTES) return;
        filled = 0;
        write(piece);
      },
    });
    Bunzip.decode(input, output, true);
    write(piece.subarray(0, filled));
  },
};

/** Errors of the file system are not errors of the data. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
