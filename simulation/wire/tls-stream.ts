import { fillCiphertext } from './ciphertext.js';

const APPLICATION_DATA = 23;
const LEGACY_VERSION = [3, 3];
/** Largest plaintext of a record (RFC 8446, section 5.1), and the bytes that its type and an AES-GCM tag add. */
const PLAINTEXT_BYTES = 16_384;
const ENCRYPTION_BYTES = 17;

/**
 * One direction of a TLS 1.3 connection on TCP: known bytes (record headers, hellos) with random ciphertext in
 * between.
 */
export class TlsStream {
  /** Known bytes, ordered by position. */
  readonly #known: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  readonly #salt: number;
  #length = 0;

  /** @param salt makes its ciphertext differ from that of other streams */
  constructor(salt: number) {
    this.#salt = salt;
  }

  get length(): number {
    return this.#length;
  }

  /** Appends bytes unchanged. @returns their number */
  appendBytes(bytes: Uint8Array): number {
    this.#known.push({ start: this.#length, bytes });
    this.#length += bytes.length;
    return bytes.length;
  }

  /** Appends application data records for `plaintextBytes` bytes. @returns the bytes on the wire */
  appendRecords(plaintextBytes: number): number {
    const start = this.#length;
    for (let left = plaintextBytes; left > 0; left -= PLAINTEXT_BYTES) {
      const bytes = Math.min(left, PLAINTEXT_BYTES) + ENCRYPTION_BYTES;
      this.appendBytes(Uint8Array.of(APPLICATION_DATA, ...LEGACY_VERSION, bytes >>> 8, bytes & 0xff));
      this.#length += bytes;
    }
    return this.#length - start;
  }

  /** Fills the target with the stream's bytes from `offset`. */
  read(offset: number, target: Uint8Array): void {
    fillCiphertext(target, offset + this.#salt);
    const end = offset + target.length;
    for (let index = this.#firstEndingAfter(offset); index < this.#known.length; index++) {
      const { start, bytes } = this.#known[index]!;
      if (start >= end) break;
      const from = Math.max(0, offset - start);
      target.set(bytes.subarray(from, end - start), start + from - offset);
    }
  }

  #firstEndingAfter(offset: number): number {
    let low = 0;
    let high = this.#known.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const { start, bytes } = this.#known[middle]!;
      if (start + bytes.length > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
