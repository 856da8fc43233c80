import { gunzip } from '../../common/gunzip.js';

const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** How the content of a file ended; plain files are always `whole`. */
export type ContentEnd = 'whole' | 'cut' | 'damaged';

/** A file's content, decompressed if its first bytes are those of gzip. */
interface CaptureContent {
  readonly compression: 'none' | 'gzip';
  /** Chunks of any size. The generator's return value says how the content ended. */
  readonly chunks: AsyncGenerator<Uint8Array, ContentEnd>;
  /** Bytes of the file, as it is stored, that were read so far. */
  bytesRead(): number;
}

/** Reads just enough of `source` to distinguish gzip from plain content. */
export async function openContent(source: AsyncIterable<Uint8Array>): Promise<CaptureContent> {
  const iterator = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  const magic: number[] = [];
  while (magic.length < GZIP_MAGIC.length) {
    const next = await iterator.next();
    if (next.done === true) break;
    // A copy: the source may reuse the chunk's memory for the next one.
    head.push(Uint8Array.from(next.value));
    magic.push(...next.value.subarray(0, GZIP_MAGIC.length - magic.length));
  }
  const isGzip = GZIP_MAGIC.every((byte, i) => magic[i] === byte);
  let bytesRead = 0;
  const whole = replayed(head, iterator, (bytes) => (bytesRead += bytes));
  return {
    compression: isGzip ? 'gzip' : 'none',
    chunks: isGzip ? gunzip(whole) : whole,
    bytesRead: () => bytesRead,
  };
}

async function* replayed(
  head: Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array, ContentEnd> {
  try {
    for (const chunk of head) {
      onRead(chunk.length);
      yield chunk;
    }
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return 'whole';
      onRead(next.value.length);
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
