import { NO_VALUE } from '../../schemas/capture.js';
import { DIRECTIONS, grown, INITIAL_FLOWS } from './flow-slots.js';

const LARGEST_GAP_US = NO_VALUE - 1;

/** Time between packets of one flow and direction. */
export class PacketGaps {
  /** By slot: time of the last packet; NaN before the first. */
  #lastUs = new Float64Array(INITIAL_FLOWS * DIRECTIONS).fill(NaN);

  /**
   * @param flow small integer: memory grows with the highest
   * @returns microseconds since the previous packet, at most 2^32 - 2 (71 minutes); 0 if time runs backwards;
   *   NO_VALUE for the first packet
   */
  add(flow: number, isUpstream: boolean, timestampUs: number): number {
    const slot = flow * DIRECTIONS + (isUpstream ? 1 : 0);
    if (slot >= this.#lastUs.length) {
      const known = this.#lastUs.length;
      this.#lastUs = grown(Float64Array, this.#lastUs, slot + 1).fill(NaN, known);
    }
    const gapUs = timestampUs - this.#lastUs[slot]!;
    this.#lastUs[slot] = timestampUs;
    if (gapUs >= 0) return gapUs < LARGEST_GAP_US ? gapUs : LARGEST_GAP_US;
    return gapUs < 0 ? 0 : NO_VALUE;
  }
}
