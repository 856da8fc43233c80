import type { Endpoint } from '../wire/endpoint.js';

/** What an exchange is for. `handshake`: its first flight; `close`: a TLS farewell, which nothing answers. */
export type SegmentKind = 'handshake' | 'page' | 'video' | 'audio' | 'close';

/** The media of a segment; null where it has none. */
export interface SegmentMedia {
  /** Position in its track, from 0. */
  readonly index: number;
  /** Rung, pixels; null for audio. */
  readonly heightPx: number | null;
  /** Bytes of the file, without HTTP and encryption. */
  readonly bytes: number;
}

/** The two ends of a simulated connection. */
export interface TrueFlow {
  readonly protocol: 'tcp' | 'udp';
  readonly client: Endpoint;
  readonly server: Endpoint;
}

/**
 * One exchange as it passes the vantage point, from what the simulator knows of each packet: not from its bytes.
 * Times are integer microseconds since the Unix epoch, null until there is one.
 */
export class SegmentRecord {
  /**
   * When the request's last packet passed: for the first time (TCP), for the last time before the answer (UDP, where a
   * request that was lost behind the vantage point cannot be told from another one).
   */
  requestUs: number | null = null;
  /** Transport payload of the request. TCP: each byte once; UDP: all. */
  requestBytes = 0;
  firstByteUs: number | null = null;
  lastByteUs: number | null = null;
  /** Transport payload of the answer. TCP: each byte once; UDP: all. */
  downstreamBytes = 0;
  #isAnswered = false;

  constructor(
    readonly flow: TrueFlow,
    readonly kind: SegmentKind,
    readonly media: SegmentMedia | null,
  ) {}

  sawRequest(timeUs: number, bytes: number): void {
    if (!this.#isAnswered) this.requestUs = timeUs;
    this.requestBytes += bytes;
  }

  /** @param isContent false: an acknowledgement or a probe */
  sawAnswer(timeUs: number, bytes: number, isContent = true): void {
    this.#isAnswered ||= isContent;
    this.firstByteUs ??= timeUs;
    this.lastByteUs = timeUs;
    this.downstreamBytes += bytes;
  }
}
