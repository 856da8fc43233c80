const INITIAL_TIMEOUT_US = 1_000_000;
const MAX_TIMEOUT_US = 60_000_000;
const GRANULARITY_US = 1_000;
const SMOOTHED_WEIGHT = 1 / 8;
const VARIATION_WEIGHT = 1 / 4;

/** Smoothed round-trip time and retransmission timeout (RFC 6298, section 2; RFC 9002, section 5). */
export class RoundTripEstimator {
  readonly #minTimeoutUs: number;
  #smoothedUs: number | null = null;
  #variationUs = 0;
  #latestUs = 0;

  constructor(minTimeoutUs: number) {
    this.#minTimeoutUs = minTimeoutUs;
  }

  add(roundTripUs: number): void {
    this.#latestUs = roundTripUs;
    if (this.#smoothedUs === null) {
      this.#smoothedUs = roundTripUs;
      this.#variationUs = roundTripUs / 2;
      return;
    }
    const deviationUs = Math.abs(this.#smoothedUs - roundTripUs);
    this.#variationUs += VARIATION_WEIGHT * (deviationUs - this.#variationUs);
    this.#smoothedUs += SMOOTHED_WEIGHT * (roundTripUs - this.#smoothedUs);
  }

  /** The larger of the smoothed and the latest round trip; 0 before the first sample. */
  get recentUs(): number {
    return Math.max(this.#smoothedUs ?? 0, this.#latestUs);
  }

  /** Timeout after `expired` consecutive timeouts: each doubles it. */
  timeoutUs(expired: number): number {
    const onceUs =
      this.#smoothedUs === null
        ? INITIAL_TIMEOUT_US
        : Math.max(this.#minTimeoutUs, this.#smoothedUs + Math.max(GRANULARITY_US, 4 * this.#variationUs));
    return Math.min(MAX_TIMEOUT_US, onceUs * 2 ** expired);
  }
}
