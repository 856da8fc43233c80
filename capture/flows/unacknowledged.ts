/** Segments remembered per flow. Where there are more, the lowest is forgotten: its ACK gives no sample. */
const MAX_SEGMENTS = 64;

/** Numbers of a segment: the sequence number behind its last byte, and when it passed, NaN where its ACK gives no sample. */
const NUMBERS = 2;

/**
 * Upstream segments whose ACK is awaited, by flow, in the order of their ends. Flows that sent nothing take no memory, and a
 * segment is two numbers in its flow's list, no object.
 */
export class Unacknowledged {
  readonly #byFlow: (number[] | undefined)[] = [];
  /** After an `acknowledge` that is true: when the segment passed; NaN where it passed twice or was acknowledged before. */
  sentUs = NaN;

  /** A segment passes upstream; one that passed before gives no sample any more. */
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

  /** @returns whether `ack` points to the end of a segment; those before it are done with. */
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
