import { compressionOf } from '../../common/compression.js';
import { gunzip } from '../../common/gunzip.js';
import { unxz } from '../../common/unxz.js';
import { unzstd } from '../../common/unzstd.js';
import { ZstdWindowError } from '../../common/zstd-frames.js';
import type { CaptureSummary } from '../../schemas/capture.js';
import { CaptureFormatError } from './capture-format-error.js';

/** Bytes that tell a compression. */
const HEAD_BYTES = 10;

/** How the content of a file ended; plain files are always `whole`. */
export type ContentEnd = 'whole' | 'cut' | 'damaged';

/** A file's content, decompressed if its first bytes are those of gzip, xz or Zstandard. */
interface CaptureContent {
  readonly compression: CaptureSummary['compression'];
  /** Chunks of any size. The generator's return value says how the content ended. */
  readonly chunks: AsyncGenerator<Uint8Array, ContentEnd>;
  /** Bytes of the file, as it is stored, that were read so far. */
  bytesRead(): number;
}

/** Reads just enough of `source` to tell its compression. */
export async function openContent(source: AsyncIterable<Uint8Array>): Promise<CaptureContent> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  const head: number[] = [];
  while (head.length < HEAD_BYTES) {
    const next = await iterator.next();
    if (next.done === true) break;
    // A copy: the source may reuse the chunk's memory for the next one.
    chunks.push(Uint8Array.from(next.value));
    head.push(...next.value.subarray(0, HEAD_BYTES - head.length));
  }
  const file = new FileBytes(chunks, iterator);
  const bytesRead = (): number => file.bytesRead;
  const compression = compressionOf(Uint8Array.from(head));
  switch (compression) {
    case 'gzip':
      return { compression, chunks: gunzip(file.chunks()), bytesRead };
    case 'xz':
      return { compression, chunks: unpacked(unxz(file.chunks()), file), bytesRead };
    case 'zstd':
      return { compression, chunks: unpacked(unzstd(file.chunks()), file), bytesRead };
    case 'bzip2':
    case null:
      return { compression: 'none', chunks: file.chunks(), bytesRead };
  }
}

/** The chunks of a file: those already read, then the others. */
class FileBytes {
  bytesRead = 0;
  /** Whether the file could not be read further. */
  hasFailed = false;

  constructor(
    private readonly head: readonly Uint8Array[],
    private readonly iterator: AsyncIterator<Uint8Array>,
  ) {}

  async *chunks(): AsyncGenerator<Uint8Array, ContentEnd> {
    try {
      for (const chunk of this.head) {
        this.bytesRead += chunk.length;
        yield chunk;
      }
      for (;;) {
        const next = await this.#next();
        if (next.done === true) return 'whole';
        this.bytesRead += next.value.length;
        yield next.value;
      }
    } finally {
      await this.iterator.return?.();
    }
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.iterator.next();
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
  }
}

/** Whether a decompressor found the data cut or damaged, in WebAssembly also by a trap; not a lack of memory, or a mistake of a program. */
function isOfData(error: unknown): boolean {
  return error instanceof Error && (error.constructor === Error || error.name === 'RuntimeError');
}

/** An error that is of the data means that it is cut or damaged; others are passed on. */
async function* unpacked(
  pieces: AsyncGenerator<Uint8Array>,
  file: FileBytes,
): AsyncGenerator<Uint8Array, ContentEnd> {
  try {
    yield* pieces;
    return 'whole';
  } catch (error) {
    if (error instanceof ZstdWindowError)
      throw new CaptureFormatError(
        error.message,
        { kind: 'damaged-content', byteOffset: 0 },
        { cause: error },
      );
    if (file.hasFailed || !isOfData(error)) throw error;
    return 'damaged';
  }
}
