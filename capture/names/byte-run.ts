const INITIAL_BYTES = 2048;
/** Maximum separate pieces kept; only hostile input has more. */
const MAX_PIECES = 64;

/** The beginning of a byte stream, assembled from pieces that may come in any order, repeatedly, or overlapping. */
export class ByteRun {
  readonly #maxBytes: number;
  #bytes = new Uint8Array(0);
  /** Filled ranges: start, end, start, end, …; ascending, not adjacent. */
  #ranges: number[] = [];

  /** @param maxBytes bytes after this offset are dropped */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds a piece. Bytes that are already known are not overwritten. */
  add(offset: number, piece: Uint8Array): void {
    const end = Math.min(offset + piece.length, this.#maxBytes);
    if (offset < 0 || offset >= end || this.#ranges.length >= 2 * MAX_PIECES) return;
    this.#reserve(end);
    const merged: number[] = [];
    let [start, stop] = [offset, end];
    let at = offset;
    for (let i = 0; i < this.#ranges.length; i += 2) {
      const [from, to] = [this.#ranges[i]!, this.#ranges[i + 1]!];
      if (to < start || from > stop) {
        merged.push(from, to);
        continue;
      }
      if (from > at) this.#copy(at, Math.min(from, end), offset, piece);
      at = Math.max(at, to);
      start = Math.min(start, from);
      stop = Math.max(stop, to);
    }
    if (at < end) this.#copy(at, end, offset, piece);
    const place = merged.findIndex((edge, i) => i % 2 === 0 && edge > start);
    merged.splice(place === -1 ? merged.length : place, 0, start, stop);
    this.#ranges = merged;
  }

  /** The bytes from 0 to the first gap; valid until the next `add`. */
  get beginning(): Uint8Array {
    return this.#bytes.subarray(0, this.#ranges[0] === 0 ? this.#ranges[1]! : 0);
  }

  /** True if there are bytes after a gap. */
  get hasGap(): boolean {
    return this.#ranges.length > (this.#ranges[0] === 0 ? 2 : 0);
  }

  #copy(from: number, to: number, offset: number, piece: Uint8Array): void {
    if (to > from) this.#bytes.set(piece.subarray(from - offset, to - offset), from);
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(
      Math.min(this.#maxBytes, Math.max(INITIAL_BYTES, 2 * this.#bytes.length, bytes)),
    );
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
