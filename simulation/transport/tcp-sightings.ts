import { segmentEnd, type TcpSegment } from './tcp-segment.js';

/** Packets with TCP data that pass the vantage point behind ones with higher sequence numbers, by cause. */
export interface LateTcpPackets {
  /** Sent again, and the capture has an earlier transmission. */
  repeated: number;
  /** Sent again, and the capture does not have an earlier one: it was lost before the vantage point. */
  filledIn: number;
  /** Sent once, and overtaken on the way. */
  overtaken: number;
}

/** What of one direction of a TCP connection has passed the vantage point. */
export class TcpSightings {
  readonly #late: LateTcpPackets;
  #highest = 0;

  /** @param late counts of the whole session, raised here */
  constructor(late: LateTcpPackets) {
    this.#late = late;
  }

  /**
   * A transmission of the segment passes.
   *
   * @returns true where it is the first one that does
   */
  pass(segment: TcpSegment, transmission: number): boolean {
    const isFirst = !segment.isSeen;
    const isLate = segmentEnd(segment) <= this.#highest;
    segment.isSeen = true;
    this.#highest = Math.max(this.#highest, segmentEnd(segment));
    if (!isFirst) this.#late.repeated++;
    else if (isLate && transmission > 1) this.#late.filledIn++;
    else if (isLate) this.#late.overtaken++;
    return isFirst;
  }
}
