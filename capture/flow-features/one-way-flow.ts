/**
 * Packets of one five-tuple in one direction, or a part of them. Both arrays have one entry per packet, ordered by
 * time.
 */
export interface OneWayFlow {
  /** The direction number given to `FlowCollector.add`. */
  readonly direction: number;
  /** Seconds since the Unix epoch as float64. netml subtracts these, so gaps are exact to about 0.2 microseconds. */
  readonly timesSeconds: Float64Array;
  readonly lengthsBytes: Uint32Array;
}

/** Time from the first to the last packet. */
export function durationSeconds({ timesSeconds }: OneWayFlow): number {
  return timesSeconds[timesSeconds.length - 1]! - timesSeconds[0]!;
}

/** Packets from `start` to before `end`. The arrays are views, not copies. */
export function partOf(flow: OneWayFlow, start: number, end: number): OneWayFlow {
  return {
    direction: flow.direction,
    timesSeconds: flow.timesSeconds.subarray(start, end),
    lengthsBytes: flow.lengthsBytes.subarray(start, end),
  };
}
