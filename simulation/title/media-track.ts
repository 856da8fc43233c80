/**
 * One encoding of a title, as its size by media time. Within a second the size is even, so that any byte has its time.
 */
export class MediaTrack {
  readonly #bytesOf: (second: number) => number;
  /** Bytes before each whole second. */
  readonly #before: number[] = [0];

  /** @param bytesOf bytes of a second of media, more than 0 */
  constructor(bytesOf: (second: number) => number) {
    this.#bytesOf = bytesOf;
  }

  /** Bytes between two media times, in seconds. */
  bytesBetween(fromSeconds: number, toSeconds: number): number {
    return Math.round(this.#place(toSeconds) - this.#place(fromSeconds));
  }

  /** Media time at which `bytes` bytes after `fromSeconds` end. */
  endOf(fromSeconds: number, bytes: number): number {
    const end = this.#place(fromSeconds) + bytes;
    let second = Math.floor(fromSeconds);
    while (this.#beforeSecond(second + 1) < end) second++;
    const start = this.#beforeSecond(second);
    return second + (end - start) / (this.#beforeSecond(second + 1) - start);
  }

  #place(seconds: number): number {
    const second = Math.floor(seconds);
    const start = this.#beforeSecond(second);
    return start + (seconds - second) * (this.#beforeSecond(second + 1) - start);
  }

  #beforeSecond(second: number): number {
    while (this.#before.length <= second)
      this.#before.push(this.#before.at(-1)! + this.#bytesOf(this.#before.length - 1));
    return this.#before[second]!;
  }
}
