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

  /** Maximum bytes in flight. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Call if new data was acknowledged while the window was full and there was no loss recovery. */
  acknowledged(bytes: number): void {
    if (this.#bytes < this.#threshold) this.#bytes += bytes;
    else this.#bytes += (this.#segmentBytes * bytes) / this.#bytes;
  }

  /**
   * Call once per window of data if a loss was detected because later packets arrived.
   *
   * @param flightBytes bytes sent and not acknowledged
   */
  lost(flightBytes: number): void {
    this.#threshold = this.#halfOf(flightBytes);
    this.#bytes = this.#threshold;
  }

  /** Call if nothing was acknowledged for a whole timeout (RFC 5681, section 3.1). */
  timedOut(flightBytes: number): void {
    this.#threshold = this.#halfOf(flightBytes);
    this.#bytes = this.#segmentBytes;
  }

  /** Call if nothing was sent for a whole timeout (RFC 5681, section 4.1). */
  restart(): void {
    this.#bytes = Math.min(this.#bytes, INITIAL_SEGMENTS * this.#segmentBytes);
  }

  #halfOf(flightBytes: number): number {
    return Math.max(flightBytes / 2, MIN_SEGMENTS * this.#segmentBytes);
  }
}
