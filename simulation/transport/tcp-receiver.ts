import type { EventQueue } from '../engine/event-queue.js';
import { Timer } from '../engine/timer.js';
import { RangeSet } from './range-set.js';

const ACK_DELAY_US = 40_000;
const ACK_EVERY = 2;
const MAX_SACK_BLOCKS = 3;

/**
 * The receiving half of a TCP endpoint. Reassembles a stream and decides when to acknowledge: every second segment,
 * after 40 ms, and at once if data is missing, repeated or fills a gap (RFC 5681, section 4.2).
 */
export class TcpReceiver {
  readonly #acknowledge: () => void;
  readonly #clock: EventQueue;
  readonly #timer: Timer;
  readonly #early = new RangeSet();
  #next = 0;
  #waiting = 0;
  /** The range of the latest early segment, which is reported first (RFC 2018, section 4). */
  #latest: readonly [number, number] | null = null;

  constructor(clock: EventQueue, acknowledge: () => void) {
    this.#clock = clock;
    this.#acknowledge = acknowledge;
    this.#timer = new Timer(clock, acknowledge);
  }

  /** Position of the first missing byte: all bytes before it have arrived. */
  get next(): number {
    return this.#next;
  }

  /** Ranges that arrived early, as pairs of start and end, latest first. */
  get sackBlocks(): readonly number[] {
    const { edges } = this.#early;
    if (edges.length === 0) return edges;
    const latest = this.#latest;
    const blocks = latest === null ? [] : [...latest];
    for (let at = edges.length - 2; at >= 0 && blocks.length < 2 * MAX_SACK_BLOCKS; at -= 2) {
      if (edges[at] !== latest?.[0]) blocks.push(edges[at]!, edges[at + 1]!);
    }
    return blocks;
  }

  /** Call for each arrived segment. Triggers an acknowledgement, now or later. */
  receive(start: number, end: number): void {
    if (start > this.#next) {
      this.#latest = this.#early.add(start, end);
      this.#acknowledge();
      return;
    }
    const isRepeated = end <= this.#next;
    const hadGap = this.#early.edges.length > 0;
    this.#next = Math.max(this.#next, end);
    this.#takeEarly();
    this.#waiting++;
    if (isRepeated || hadGap || this.#waiting >= ACK_EVERY) this.#acknowledge();
    else if (!this.#timer.isSet) this.#timer.set(this.#clock.nowUs + ACK_DELAY_US);
  }

  /** Call when an acknowledgement was sent, alone or with data. */
  acknowledged(): void {
    this.#waiting = 0;
    this.#timer.clear();
  }

  #takeEarly(): void {
    const { edges } = this.#early;
    while (edges.length > 0 && edges[0]! <= this.#next) {
      this.#next = Math.max(this.#next, edges[1]!);
      if (this.#latest?.[0] === edges[0]) this.#latest = null;
      this.#early.removeFirst();
    }
  }
}
