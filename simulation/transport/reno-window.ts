const INITIAL_SEGMENTS = 10;
const MIN_SEGMENTS = 2;

/** NewReno's congestion window: slow start and congestion avoidance (RFC 5681; initial window RFC 6928). */
export class RenoWindow {
  readonly #segmentBytes: number;
  #bytes: number;
  #threshold = Infinity;

  constructor(segmentBytes: number) {
    this.#segmentBytes = segmentBytes;
    this.#bytes = INITIAL_SEGMENTS * segmentBytes;
  }

  /** Bytes that may be on their way. */
  get bytes(): number {
    return this.#bytes;
  }

  /** New data was acknowledged while the window was full and nothing had to be repaired. */
  acknowledged(bytes: number): void {
    if (this.#bytes < this.#threshold) this.#bytes += bytes;
    else this.#bytes += (this.#segmentBytes * bytes) / this.#bytes;
  }

  /**
   * A loss was told by later packets' arrival: once for each window of data.
   *
   * @param flightBytes sent and not acknowledged
   */
  lost(flightBytes: number): void {
    this.#threshold = this.#halfOf(flightBytes);
    this.#bytes = this.#threshold;
  }

  /** Nothing was acknowledged for a whole timeout (RFC 5681, section 3.1). */
  timedOut(flightBytes: number): void {
    this.#threshold = this.#halfOf(flightBytes);
    this.#bytes = this.#segmentBytes;
  }

  /** Nothing was sent for a whole timeout (RFC 5681, section 4.1). */
  restart(): void {
    this.#bytes = Math.min(this.#bytes, INITIAL_SEGMENTS * this.#segmentBytes);
  }

  #halfOf(flightBytes: number): number {
    return Math.max(flightBytes / 2, MIN_SEGMENTS * this.#segmentBytes);
  }
}
