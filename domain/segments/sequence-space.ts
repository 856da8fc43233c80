const INITIAL_SLOTS = 2048;
/** Gaps remembered per direction. When there are more, the oldest counts as filled: it was lost to the capture. */
const MAX_GAPS = 64;

/**
 * Which bytes of TCP byte streams have been seen, by sequence number modulo 2^32 (RFC 9293, section 3.4).
 *
 * One slot per flow and direction. A stream is the range from its lowest to its highest seen byte, less the gaps in
 * between. Numbers are taken relative to the highest, so that a step of less than 2^31 either way is told rightly.
 */
export class SequenceSpace {
  /** 1 once any packet of the stream was seen. */
  #isKnown = new Uint8Array(INITIAL_SLOTS);
  /** Sequence number behind the highest seen byte. */
  #highSeq = new Uint32Array(INITIAL_SLOTS);
  /** The same place, and the lowest seen byte, as positions that do not wrap. */
  #high = new Float64Array(INITIAL_SLOTS);
  #low = new Float64Array(INITIAL_SLOTS);
  /** By slot: start and end of each gap, ascending. */
  readonly #gaps: (number[] | undefined)[] = [];

  /** Makes room for slots 0 to `slots` - 1. */
  reserve(slots: number): void {
    if (slots <= this.#isKnown.length) return;
    const capacity = 2 ** Math.ceil(Math.log2(slots));
    const isKnown = new Uint8Array(capacity);
    const highSeq = new Uint32Array(capacity);
    const high = new Float64Array(capacity);
    const low = new Float64Array(capacity);
    isKnown.set(this.#isKnown);
    highSeq.set(this.#highSeq);
    high.set(this.#high);
    low.set(this.#low);
    this.#isKnown = isKnown;
    this.#highSeq = highSeq;
    this.#high = high;
    this.#low = low;
  }

  /**
   * A SYN with sequence number `seq`: data starts behind it. One that does not fit what was seen begins a new
   * connection on the same five-tuple, and the old stream is forgotten.
   */
  begin(slot: number, seq: number): void {
    const first = (seq + 1) >>> 0;
    const lowSeq = (this.#highSeq[slot]! - (this.#high[slot]! - this.#low[slot]!)) >>> 0;
    if (this.#isKnown[slot] === 0 || first !== lowSeq) this.#reset(slot, first);
  }

  /** A packet without data tells the sender's next sequence number: what lies before it and was not seen is a gap. */
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
    return this.#addBelow(slot, high + ahead, high + ahead + length);
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

  #fillGaps(slot: number, start: number, end: number): number {
    const gaps = this.#gaps[slot];
    if (!gaps) return 0;
    let filled = 0;
    const left: number[] = [];
    for (let i = 0; i < gaps.length; i += 2) {
      const gapStart = gaps[i]!;
      const gapEnd = gaps[i + 1]!;
      const from = Math.max(gapStart, start);
      const to = Math.min(gapEnd, end);
      if (from >= to) {
        left.push(gapStart, gapEnd);
        continue;
      }
      filled += to - from;
      if (gapStart < from) left.push(gapStart, from);
      if (to < gapEnd) left.push(to, gapEnd);
    }
    this.#gaps[slot] = left.length > 0 ? left : undefined;
    return filled;
  }
}
