import { segmentEnd, type TcpSegment } from './tcp-segment.js';

/** Packets with TCP data that pass the vantage point after packets with higher sequence numbers, by cause. */
export interface LateTcpPackets {
  /** Retransmitted, and the capture has an earlier transmission. */
  repeated: number;
  /** Retransmitted, and the capture does not have an earlier transmission: it was lost before the vantage point. */
  filledIn: number;
  /** Sent once, and overtaken in transit. */
  overtaken: number;
}

/** Tracks which data of one direction of a TCP connection has passed the vantage point. */
export class TcpSightings {
  readonly #late: LateTcpPackets;
  #highest = 0;

  /** @param late counts of the whole session, incremented here */
  constructor(late: LateTcpPackets) {
    this.#late = late;
  }

  /**
   * Records a transmission of the segment.
   *
   * @returns true if it is the first one to pass
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
