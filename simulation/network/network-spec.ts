/** A path between the client and all servers, with the vantage point of the capture on it. */
export interface NetworkSpec {
  /** Round trip without queueing, from the vantage point to the servers. */
  readonly roundTripUs: number;
  /** Round trip from the client to the vantage point. */
  readonly accessRoundTripUs: number;
  /**
   * Share of packets, in both directions, lost between the servers and the vantage point: those sent by servers are
   * not in the capture.
   */
  readonly lossBefore: number;
  /**
   * Share of packets, in both directions, lost between the vantage point and the client: those sent by servers are
   * in the capture.
   */
  readonly lossAfter: number;
  /** Share of packets, in both directions, that are delayed on the servers' side, so that others overtake them. */
  readonly reordering: number;
  /** Maximum bytes in the queue at the bottleneck; a packet that exceeds it is lost. Infinity: no packet is lost. */
  readonly queueBytes: number;
}
