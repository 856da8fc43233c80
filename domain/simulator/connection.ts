/** What one request asks and brings. */
export interface Exchange {
  /** When the request leaves the client. */
  readonly requestUs: number;
  /** Transport payload of the request: one packet. */
  readonly requestBytes: number;
  /** Transport payload of the answer. */
  readonly responseBytes: number;
}

/** A client's connection to a server, carrying one exchange at a time. Times are microseconds since the epoch. */
export interface Connection {
  /** Sets the connection up; returns when the first request may leave. */
  open(timeUs: number): number;
  /** Emits the packets of one exchange; returns when its last byte came. The next one must not start before. */
  exchange(exchange: Exchange): number;
}
