const INITIAL_CAPACITY = 1 << 16;

/**
 * Bytes that arrived and are not read yet, contiguous, so that a record is never split between two buffers.
 *
 * Readers look at `view` from `start` to `end` and then `skip` what they took. `append` may move the bytes: take
 * `view` again after it.
 */
export class ByteQueue {
  #bytes = new Uint8Array(INITIAL_CAPACITY);
  /** Over the whole buffer; only `start` to `end` holds data. */
  view = new DataView(this.#bytes.buffer);
  start = 0;
  end = 0;
  /** Offset of `start` in the content as a whole. */
  byteOffset = 0;

  /** Bytes not read yet. */
  get length(): number {
    return this.end - this.start;
  }

  append(chunk: Uint8Array): void {
    if (this.end + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length);
    this.#bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Counts `bytes` as read. */
  skip(bytes: number): void {
    this.start += bytes;
    this.byteOffset += bytes;
  }

  #makeRoom(wanted: number): void {
    const kept = this.length;
    let capacity = this.#bytes.length;
    while (capacity < 2 * (kept + wanted)) capacity *= 2;
    if (capacity === this.#bytes.length) {
      this.#bytes.copyWithin(0, this.start, this.end);
    } else {
      const grown = new Uint8Array(capacity);
      grown.set(this.#bytes.subarray(this.start, this.end));
      this.#bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.start = 0;
    this.end = kept;
  }
}
