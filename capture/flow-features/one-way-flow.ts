/** Packets of one five-tuple in one direction, or a part of them; both arrays have an entry a packet, in order of time. */
export interface OneWayFlow {
  /** The direction that the packets were collected under. */
  readonly direction: number;
  /** Seconds since the Unix epoch, as float64: netml subtracts these, so gaps are exact to about 0.2 microseconds. */
  readonly timesSeconds: Float64Array;
  readonly lengthsBytes: Uint32Array;
}

/** Time from the first to the last packet. */
export function durationSeconds({ timesSeconds }: OneWayFlow): number {
  return timesSeconds[timesSeconds.length - 1]! - timesSeconds[0]!;
}

/** Packets from `start` until before `end`, in the same memory. */
export function partOf(flow: OneWayFlow, start: number, end: number): OneWayFlow {
  return {
    direction: flow.direction,
    timesSeconds: flow.timesSeconds.subarray(start, end),
    lengthsBytes: flow.lengthsBytes.subarray(start, end),
  };
}
