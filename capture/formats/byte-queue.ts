const INITIAL_CAPACITY = 1 << 16;

/**
 * Bytes of a chunk that are copied after the unread bytes of the previous chunks: enough for the end of most
 * records.
 */
const JOINT_BYTES = 1 << 14;

/**
 * Received bytes that are not read yet, contiguous, so that a record is never split between two buffers. Chunks are
 * read in place. Only data that begins in one chunk and ends in another is copied into the queue's own memory.
 *
 * Readers look at `view` from `start` to `end` and then `skip` the bytes they used. After `append`, read until more
 * bytes are needed, and again as long as `advance` returns true. Both may change `view`.
 */
export class ByteQueue {
  #own = new Uint8Array(INITIAL_CAPACITY);
  #ownView = new DataView(this.#own.buffer);
  /** Valid only from `start` to `end`. */
  view: DataView = this.#ownView;
  start = 0;
  end = 0;
  /** Offset of `start` in the whole content. */
  byteOffset = 0;
  /** The last chunk, while part of it may lie outside `view`. */
  #chunk: Uint8Array | null = null;
  /** Offset of that chunk in the queue's own memory. */
  #joint = 0;

  /** Bytes not read yet. Until `advance` has returned false, this excludes those outside `view`. */
  get length(): number {
    return this.end - this.start;
  }

  /** Adds a chunk. Its memory must stay valid until `advance` returns false. */
  append(chunk: Uint8Array): void {
    if (this.length === 0) {
      this.#lookAt(chunk);
    } else {
      this.#chunk = chunk;
      this.#joint = this.end;
      this.#copy(chunk.subarray(0, JOINT_BYTES));
    }
  }

  /** @returns whether there is more of the last chunk to read; if not, all unread bytes have been copied. */
  advance(): boolean {
    const chunk = this.#chunk;
    if (chunk === null) {
      this.#keep();
      return false;
    }
    this.#chunk = null;
    const read = this.start - this.#joint;
    if (read >= 0) this.#lookAt(chunk.subarray(read));
    else this.#copy(chunk.subarray(JOINT_BYTES));
    return true;
  }

  /** Counts `bytes` as read. */
  skip(bytes: number): void {
    this.start += bytes;
    this.byteOffset += bytes;
  }

  #lookAt(chunk: Uint8Array): void {
    if (this.view.buffer !== chunk.buffer) this.view = new DataView(chunk.buffer);
    this.start = chunk.byteOffset;
    this.end = chunk.byteOffset + chunk.length;
  }

  /** Moves the unread bytes to the beginning of the queue's own memory. */
  #keep(): void {
    const { view, start, length } = this;
    if (view !== this.#ownView) {
      this.start = 0;
      this.end = 0;
      this.view = this.#ownView;
      this.#copy(new Uint8Array(view.buffer, start, length));
    } else if (start > 0) {
      this.#own.copyWithin(0, start, this.end);
      this.start = 0;
      this.end = length;
    }
  }

  /** Appends bytes to the queue's own memory. */
  #copy(bytes: Uint8Array): void {
    const end = this.end + bytes.length;
    if (end > this.#own.length) {
      let capacity = this.#own.length;
      while (capacity < 2 * end) capacity *= 2;
      const grown = new Uint8Array(capacity);
      grown.set(this.#own.subarray(0, this.end));
      this.#own = grown;
      this.#ownView = new DataView(grown.buffer);
      this.view = this.#ownView;
    }
    this.#own.set(bytes, this.end);
    this.end = end;
  }
}
