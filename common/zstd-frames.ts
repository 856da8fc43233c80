import { VqiError } from './vqi-error.js';

/** Largest window that is read, as by the command zstd without --memory: the decompressor allocates it at once. */
const MOST_WINDOW_BYTES = 2 ** 27;
const MOST_BLOCK_BYTES = 2 ** 17;
const MIB = 2 ** 20;
const CHECKSUM_BYTES = 4;

/** Zstandard data that is whole, but takes too much memory to read. */
export class ZstdWindowError extends VqiError {
  override readonly name = 'ZstdWindowError';
  override readonly retry = 'never';
}

/**
 * Follows the frames and blocks of Zstandard data (RFC 8878) by their headers, in front of a decompressor that believes them.
 */
export class ZstdFrames {
  #header: number[] = [];
  /** Bytes up to the next header. */
  #rest = 0;
  /** Of the frame that is open. */
  #frame: { readonly windowBytes: number; readonly hasChecksum: boolean } | null = null;
  /** Whether these are no frames, which the decompressor says. */
  #isLost = false;

  /** @throws ZstdWindowError if a frame has too large a window, Error if a block is larger than its frame allows */
  check(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#isLost;) {
      if (this.#rest > 0) {
        const passed = Math.min(this.#rest, bytes.length - at);
        this.#rest -= passed;
        at += passed;
        continue;
      }
      this.#header.push(bytes[at++]!);
      const rest = this.#frame === null ? this.#frameHeader() : this.#blockHeader(this.#frame);
      if (rest === null) continue;
      this.#rest = rest;
      this.#header = [];
    }
  }

  /** Bytes to pass behind the header of a frame; null if the header has more bytes. */
  #frameHeader(): number | null {
    const header = this.#header;
    if (header.length < 5) return null;
    const magic = number(header, 0, 4);
    if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) return header.length < 8 ? null : number(header, 4, 4);
    if (magic !== 0xfd2fb528) {
      this.#isLost = true;
      return null;
    }
    const descriptor = header[4]!;
    const isOneSegment = (descriptor & 0b10_0000) !== 0;
    const idBytes = [0, 1, 2, 4][descriptor & 0b11]!;
    const sizeFlag = descriptor >> 6;
    const sizeBytes = sizeFlag === 0 ? Number(isOneSegment) : 2 ** sizeFlag;
    const sizeAt = 5 + (isOneSegment ? 0 : 1) + idBytes;
    if (header.length < sizeAt + sizeBytes) return null;
    const base = 2 ** (10 + (header[5]! >> 3));
    const windowBytes = isOneSegment
      ? number(header, sizeAt, sizeBytes) + (sizeFlag === 1 ? 256 : 0)
      : base + (base / 8) * (header[5]! & 0b111);
    if (windowBytes > MOST_WINDOW_BYTES)
      throw new ZstdWindowError(
        `the zstd data needs ${Math.ceil(windowBytes / MIB)} MiB to decompress, and at most ${MOST_WINDOW_BYTES / MIB} MiB are given (decompress the file with zstd -d --long=31)`,
      );
    this.#frame = { windowBytes, hasChecksum: (descriptor & 0b100) !== 0 };
    return 0;
  }

  /** The same for a block. */
  #blockHeader({ windowBytes, hasChecksum }: { windowBytes: number; hasChecksum: boolean }): number | null {
    if (this.#header.length < 3) return null;
    const header = number(this.#header, 0, 3);
    const [size, isRepeated, isLast] = [header >> 3, ((header >> 1) & 0b11) === 1, (header & 1) === 1];
    if (size > Math.min(windowBytes, MOST_BLOCK_BYTES))
      throw new Error(`a block has ${size} bytes, more than its frame allows`);
    if (isLast) this.#frame = null;
    return (isRepeated ? 1 : size) + (isLast && hasChecksum ? CHECKSUM_BYTES : 0);
  }
}

/** A number of some bytes, the lowest first. */
function number(bytes: readonly number[], from: number, length: number): number {
  return bytes.slice(from, from + length).reduceRight((sum, byte) => sum * 256 + byte, 0);
}
