/** Segments remembered per flow. Where there are more, the lowest is forgotten: its ACK gives no sample. */
const MAX_SEGMENTS = 64;

/** A segment on its way to the server, until a later one is acknowledged. */
export interface SentSegment {
  /** Sequence number behind its last byte. */
  readonly end: number;
  /** When it passed first. */
  readonly timestampUs: number;
  isSentAgain: boolean;
  isAcknowledged: boolean;
}

/** Upstream segments whose ACK is awaited, by flow, in the order of their ends. Flows that sent nothing take no memory. */
export class Unacknowledged {
  readonly #byFlow: (SentSegment[] | undefined)[] = [];

  /** A segment passes upstream; one that passed before is marked as sent again. */
  send(flow: number, end: number, timestampUs: number): void {
    const segments = (this.#byFlow[flow] ??= []);
    let place = segments.length;
    while (place > 0 && ((segments[place - 1]!.end - end) | 0) > 0) place--;
    const known = segments[place - 1];
    if (known?.end === end) {
      known.isSentAgain = true;
      return;
    }
    segments.splice(place, 0, { end, timestampUs, isSentAgain: false, isAcknowledged: false });
    if (segments.length > MAX_SEGMENTS) segments.shift();
  }

  /** The segment that ends where `ack` points; those before it are done with. */
  acknowledge(flow: number, ack: number): SentSegment | null {
    const segments = this.#byFlow[flow];
    if (segments === undefined) return null;
    let done = 0;
    while (done < segments.length && ((segments[done]!.end - ack) | 0) < 0) done++;
    if (done > 0) segments.splice(0, done);
    const [first] = segments;
    return first?.end === ack ? first : null;
  }

  forget(flow: number): void {
    this.#byFlow[flow] = undefined;
  }
}
