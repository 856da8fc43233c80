import { PickleError } from './pickle-error.js';

/** Maximum bytes of a protocol 0 line that is not text: numbers, names, memo keys. */
const LONGEST_LINE_BYTES = 4096;

/**
 * Bytes of a pickle, read from the front. Every length is checked against the remaining bytes before anything is
 * allocated.
 */
export class PickleInput {
  readonly bytes: Buffer;
  offset = 0;

  constructor(content: Uint8Array) {
    this.bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  }

  byte(): number {
    const value = this.bytes[this.offset];
    if (value === undefined) throw this.cut(1);
    this.offset += 1;
    return value;
  }

  uint16(): number {
    return this.bytes.readUInt16LE(this.advance(2));
  }

  int32(): number {
    return this.bytes.readInt32LE(this.advance(4));
  }

  uint32(): number {
    return this.bytes.readUInt32LE(this.advance(4));
  }

  float64BigEndian(): number {
    return this.bytes.readDoubleBE(this.advance(8));
  }

  /** A length of eight bytes. @throws PickleError if it exceeds the file */
  length64(): number {
    const length = this.bytes.readBigUInt64LE(this.advance(8));
    if (length > BigInt(this.bytes.length)) throw this.badLength(length);
    return Number(length);
  }

  /** The next `length` bytes, not copied. */
  take(length: number): Buffer {
    if (length < 0 || length > this.bytes.length - this.offset) throw this.badLength(length);
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Reads up to the next line feed, which is skipped. With `isText`, the length is not limited. */
  line(isText = false): Buffer {
    const limit = isText ? this.bytes.length : Math.min(this.bytes.length, this.offset + LONGEST_LINE_BYTES);
    const end = this.bytes.subarray(this.offset, limit).indexOf(0x0a);
    if (end < 0) {
      if (limit === this.bytes.length) throw this.cut(1);
      throw new PickleError(`a line is longer than ${LONGEST_LINE_BYTES} bytes`, {
        kind: 'damaged',
        byteOffset: this.offset,
      });
    }
    const start = this.advance(end + 1);
    return this.bytes.subarray(start, start + end);
  }

  private advance(length: number): number {
    const start = this.offset;
    if (length > this.bytes.length - start) throw this.cut(length);
    this.offset = start + length;
    return start;
  }

  private cut(wanted: number): PickleError {
    return new PickleError(
      `the pickle ends early: ${wanted} more bytes expected, ${this.bytes.length - this.offset} are left`,
      { kind: 'cut', byteOffset: this.offset },
    );
  }

  private badLength(length: number | bigint): PickleError {
    return new PickleError(
      `the pickle states a length of ${length} bytes, but only ${this.bytes.length - this.offset} are left`,
      {
        kind: 'cut',
        byteOffset: this.offset,
      },
    );
  }
}
