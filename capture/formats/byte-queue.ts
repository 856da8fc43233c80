const INITIAL_CAPACITY = 1 << 16;

/** Bytes of a chunk that are put behind those kept of the chunks before it: enough for the end of most records. */
const JOINT_BYTES = 1 << 14;

/**
 * Bytes that arrived and are not read yet, contiguous, so that a record is never split between two buffers. A chunk is
 * read where it lies; only what begins in one chunk and ends in another is put together, in the queue's own memory.
 *
 * Readers look at `view` from `start` to `end` and then `skip` what they took. After `append`, read until more bytes are
 * needed, and again as long as `advance` returns true. Both may change `view`.
 */
export class ByteQueue {
  #own = new Uint8Array(INITIAL_CAPACITY);
  #ownView = new DataView(this.#own.buffer);
  /** Only `start` to `end` holds data. */
  view: DataView = this.#ownView;
  start = 0;
  end = 0;
  /** Offset of `start` in the content as a whole. */
  byteOffset = 0;
  /** The last chunk, while some of it may lie outside `view`. */
  #chunk: Uint8Array | null = null;
  /** Where that chunk begins in the queue's own memory. */
  #joint = 0;

  /** Bytes not read yet; while `advance` is to be called, without those outside `view`. */
  get length(): number {
    return this.end - this.start;
  }

  /** Takes a chunk, whose memory must hold its bytes until `advance` returns false. */
  append(chunk: Uint8Array): void {
    if (this.length === 0) {
      this.#lookAt(chunk);
    } else {
      this.#chunk = chunk;
      this.#joint = this.end;
      this.#copy(chunk.subarray(0, JOINT_BYTES));
    }
  }

  /** @returns whether there is more of the last chunk to read; where not, all that is not read has been copied. */
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

  /** Moves what is not read to the beginning of the queue's own memory. */
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

  /** Puts bytes behind those in the queue's own memory. */
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
