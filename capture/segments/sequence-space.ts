import { DIRECTIONS, grown, INITIAL_FLOWS } from '../flows/flow-slots.js';

const INITIAL_SLOTS = INITIAL_FLOWS * DIRECTIONS;
/** Maximum gaps kept per direction. If there are more, the oldest counts as filled: the capture lost those bytes. */
const MAX_GAPS = 64;

/**
 * Which bytes of TCP byte streams have been seen, by sequence number modulo 2^32 (RFC 9293, section 3.4).
 *
 * One slot per flow and direction. A stream is the range from its lowest to its highest seen byte, except the gaps
 * in between. Numbers are taken relative to the highest, so that a step of less than 2^31 in either direction is
 * interpreted correctly.
 */
export class SequenceSpace {
  /** 1 once any packet of the stream was seen. */
  #isKnown = new Uint8Array(INITIAL_SLOTS);
  /** Sequence number after the highest seen byte. */
  #highSeq = new Uint32Array(INITIAL_SLOTS);
  /** The same position, and that of the lowest seen byte, without wrap-around. */
  #high = new Float64Array(INITIAL_SLOTS);
  #low = new Float64Array(INITIAL_SLOTS);
  /** By slot: start and end of each gap, ascending. */
  readonly #gaps: (number[] | undefined)[] = [];

  /** Makes room for slots 0 to `slots` - 1. */
  reserve(slots: number): void {
    if (slots <= this.#isKnown.length) return;
    this.#isKnown = grown(Uint8Array, this.#isKnown, slots);
    this.#highSeq = grown(Uint32Array, this.#highSeq, slots);
    this.#high = grown(Float64Array, this.#high, slots);
    this.#low = grown(Float64Array, this.#low, slots);
  }

  /**
   * Records a SYN with sequence number `seq`: data starts after it. If it does not fit the bytes seen, it begins a
   * new connection on the same five-tuple, and the old stream is discarded.
   */
  begin(slot: number, seq: number): void {
    const first = (seq + 1) >>> 0;
    const lowSeq = (this.#highSeq[slot]! - (this.#high[slot]! - this.#low[slot]!)) >>> 0;
    if (this.#isKnown[slot] === 0 || first !== lowSeq) this.#reset(slot, first);
  }

  /**
   * Records a packet without data, which shows the sender's next sequence number: unseen bytes before it are a gap.
   */
  expect(slot: number, seq: number): void {
    if (this.#isKnown[slot] === 0) {
      this.#reset(slot, seq);
      return;
    }
    const ahead = (seq - this.#highSeq[slot]!) | 0;
    if (ahead <= 0) return;
    this.#addGap(slot, this.#high[slot]!, this.#high[slot]! + ahead);
    this.#raise(slot, ahead);
  }

  /** Marks `length` bytes from `seq` on as seen and returns how many of them are new. */
  add(slot: number, seq: number, length: number): number {
    if (this.#isKnown[slot] === 0) this.#reset(slot, seq);
    const ahead = (seq - this.#highSeq[slot]!) | 0;
    if (ahead === 0) {
      this.#raise(slot, length);
      return length;
    }
    const high = this.#high[slot]!;
    if (ahead > 0) {
      this.#addGap(slot, high, high + ahead);
      this.#raise(slot, ahead + length);
      return length;
    }
    // A difference of doubles. As an unsigned integer it has the same V8 type as all other results, so callers are
    // compiled once.
    return this.#addBelow(slot, high + ahead, high + ahead + length) >>> 0;
  }

  /** True for one byte just below the next expected one: a keep-alive (RFC 9293, section 3.8.4). */
  isKeepAlive(slot: number, seq: number, length: number): boolean {
    return length === 1 && this.#isKnown[slot] === 1 && ((seq - this.#highSeq[slot]!) | 0) === -1;
  }

  #reset(slot: number, seq: number): void {
    this.#isKnown[slot] = 1;
    this.#highSeq[slot] = seq;
    this.#high[slot] = 0;
    this.#low[slot] = 0;
    this.#gaps[slot] = undefined;
  }

  #raise(slot: number, bytes: number): void {
    this.#highSeq[slot]! += bytes;
    this.#high[slot]! += bytes;
  }

  #addGap(slot: number, start: number, end: number): void {
    const gaps = (this.#gaps[slot] ??= []);
    gaps.push(start, end);
    if (gaps.length > 2 * MAX_GAPS) gaps.splice(0, 2);
  }

  /** Data that begins below the highest seen byte. */
  #addBelow(slot: number, start: number, end: number): number {
    let fresh = this.#fillGaps(slot, start, end);
    const low = this.#low[slot]!;
    if (start < low) {
      fresh += Math.min(end, low) - start;
      if (end < low) {
        const gaps = (this.#gaps[slot] ??= []);
        gaps.unshift(end, low);
        if (gaps.length > 2 * MAX_GAPS) gaps.splice(0, 2);
      }
      this.#low[slot] = start;
    }
    const beyond = end - this.#high[slot]!;
    if (beyond > 0) {
      fresh += beyond;
      this.#raise(slot, beyond);
    }
    return fresh;
  }

  /** Removes `start` to `end` from the gaps and returns how many of these bytes were missing. */
  #fillGaps(slot: number, start: number, end: number): number {
    const gaps = this.#gaps[slot];
    // The usual case: a large part of the repeated data lies above the last gap.
    if (!gaps || gaps.length === 0 || gaps[gaps.length - 1]! <= start) return 0;
    const from = firstGapEndingAfter(gaps, start);
    if (from === gaps.length || gaps[from]! >= end) return 0;
    let to = from;
    let filled = 0;
    const rest: number[] = [];
    for (; to < gaps.length && gaps[to]! < end; to += 2) {
      const gapStart = gaps[to]!;
      const gapEnd = gaps[to + 1]!;
      if (gapStart < start) rest.push(gapStart, start);
      if (end < gapEnd) rest.push(end, gapEnd);
      filled += Math.min(gapEnd, end) - Math.max(gapStart, start);
    }
    if (filled > 0) gaps.splice(from, to - from, ...rest);
    return filled;
  }
}

/** Index of the start of the lowest gap that ends after `position`; `gaps.length` if there is none. */
function firstGapEndingAfter(gaps: readonly number[], position: number): number {
  let low = 0;
  let high = gaps.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (gaps[2 * middle + 1]! > position) high = middle;
    else low = middle + 1;
  }
  return 2 * low;
}
