import type { Endpoint } from '../wire/endpoint.js';

/**
 * Purpose of an exchange. `handshake`: its first flight; `close`: a TLS closure alert, which gets no response; `page`,
 * `thumbnail`, `log`: the service's own pages, pictures and reports; `other`: other applications of the client.
 */
export type SegmentKind = 'handshake' | 'page' | 'video' | 'audio' | 'thumbnail' | 'log' | 'other' | 'close';

/** The media in a segment. */
export interface SegmentMedia {
  /** Number of the request in its track, from 0. */
  readonly index: number;
  /** Media time of its first byte, and seconds of media in it. */
  readonly fromSeconds: number;
  readonly seconds: number;
  /** Rung, pixels; null for audio. */
  readonly heightPx: number | null;
  /** Bytes of media, without HTTP and encryption. */
  readonly bytes: number;
}

/** The two ends of a simulated connection. */
export interface TrueFlow {
  readonly protocol: 'tcp' | 'udp';
  readonly client: Endpoint;
  readonly server: Endpoint;
}

/**
 * One exchange as observed at the vantage point, from the simulator's knowledge of each packet, not from its bytes.
 * Times are integer microseconds since the Unix epoch, null until known.
 */
export class SegmentRecord {
  /**
   * Time when the request's last packet passed: for the first time (TCP), or for the last time before the response
   * (UDP, where a request lost after the vantage point looks like another request).
   */
  requestUs: number | null = null;
  /** Transport payload of the request, in bytes. TCP: each byte once; UDP: all. */
  requestBytes = 0;
  firstByteUs: number | null = null;
  lastByteUs: number | null = null;
  /** Transport payload of the response, in bytes. TCP: each byte once; UDP: all. */
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
