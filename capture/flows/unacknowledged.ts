/** Maximum segments kept per flow. If there are more, the lowest is dropped: its ACK gives no sample. */
const MAX_SEGMENTS = 64;

/**
 * Numbers per segment: the sequence number after its last byte, and the time it passed (NaN if its ACK gives no
 * sample).
 */
const NUMBERS = 2;

/**
 * Upstream segments that wait for their ACK, by flow, ordered by their ends. Flows that sent nothing take no
 * memory. A segment is two numbers in its flow's list, not an object.
 */
export class Unacknowledged {
  readonly #byFlow: (number[] | undefined)[] = [];
  /**
   * After `acknowledge` returned true: time the segment passed; NaN if it passed twice or was acknowledged before.
   */
  sentUs = NaN;

  /** Records an upstream segment. A segment that passed before gives no sample any more. */
  send(flow: number, end: number, timestampUs: number): void {
    const segments = (this.#byFlow[flow] ??= []);
    let place = segments.length;
    while (place > 0 && ((segments[place - NUMBERS]! - end) | 0) > 0) place -= NUMBERS;
    if (place > 0 && segments[place - NUMBERS] === end) {
      segments[place - 1] = NaN;
      return;
    }
    if (place === segments.length) segments.push(end, timestampUs);
    else segments.splice(place, 0, end, timestampUs);
    if (segments.length > MAX_SEGMENTS * NUMBERS) segments.splice(0, NUMBERS);
  }

  /** @returns whether `ack` is the end of a segment. Segments before it are removed. */
  acknowledge(flow: number, ack: number): boolean {
    const segments = this.#byFlow[flow];
    if (segments === undefined) return false;
    let done = 0;
    while (done < segments.length && ((segments[done]! - ack) | 0) < 0) done += NUMBERS;
    if (done > 0) segments.splice(0, done);
    if (segments.length === 0 || segments[0] !== ack) return false;
    this.sentUs = segments[1]!;
    segments[1] = NaN;
    return true;
  }

  forget(flow: number): void {
    this.#byFlow[flow] = undefined;
  }
}
