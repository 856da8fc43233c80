/** A path between the client and all servers, with the vantage point of the capture on it. */
export interface NetworkSpec {
  /** Round trip without queueing, from the vantage point to the servers. */
  readonly roundTripUs: number;
  /** Round trip from the client to the vantage point. */
  readonly accessRoundTripUs: number;
  /** Share of packets, either way, lost between the servers and the vantage point: the capture never has them. */
  readonly lossBefore: number;
  /** Share of packets, either way, lost between the vantage point and the client: the capture has them. */
  readonly lossAfter: number;
  /** Share of packets, either way, that wait some milliseconds on the servers' side, so that others overtake them. */
  readonly reordering: number;
  /** Bytes that wait at the bottleneck at most; what comes to a full queue is lost. Infinity: nothing is. */
  readonly queueBytes: number;
}
