import { FEATURES } from './features.js';

/** Values that a column can have, both ends included. */
export interface ValueRange {
  readonly minimum: number;
  readonly maximum: number;
}

const AT_LEAST_ZERO: ValueRange = { minimum: 0, maximum: Infinity };

/** Columns of the published dataset with a range other than that of an amount, and patterns of its amounts. */
const RANGES: readonly (readonly [pattern: RegExp, range: ValueRange | null])[] = [
  // Moments of a distribution, differences, and -1 before the first segment.
  [/^(user|server)Ske/, null],
  [/^(user|server)Kur/, { minimum: -3, maximum: Infinity }],
  [/^(up_down_ratio|bitrate_change|size_diff_previous|serverBitrateChange)$/, null],
  [/^n_prev_(up|down)_chunk$/, { minimum: -1, maximum: Infinity }],
  // Shares of the sequence numbers that were repeated 0, 1, 2, … times.
  [/^(user|server)(Zero|One|Two|X)Retransmit$/, { minimum: 0, maximum: 1 }],
  // Sizes, times, rates and counts.
  [/chunksize|chunk_iat|^n_chunks_|^cumsum_|throughput|^parallel_flows$|_flow_age$/, AT_LEAST_ZERO],
  [
    /^(user|server)\w*(Bytes|Packet|ByteCount|Flags|InterArrivalTime|Rwnd|RTT|Retransmit|Goodput|IdleTime|Throughput)/,
    AT_LEAST_ZERO,
  ],
  [/^(access|wireless)_/, AT_LEAST_ZERO],
];

/** The valid values of a column, by its name; null if nothing is known about it. Infinite values are never valid. */
export function rangeOf(column: string): ValueRange | null {
  for (const [pattern, range] of RANGES) if (pattern.test(column)) return range;
  return FEATURES.some(({ name }) => name === column) ? AT_LEAST_ZERO : null;
}
