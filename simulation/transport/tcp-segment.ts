import type { SegmentRecord } from './segment-record.js';

/** A part of a TCP byte stream that is sent, and repeated if necessary, as one packet. */
export interface TcpSegment {
  /** Position of its first byte in the stream; the first byte after the SYN is 0. */
  readonly offset: number;
  readonly length: number;
  readonly isFin: boolean;
  /** The exchange that its bytes belong to; null for a FIN. */
  readonly exchange: SegmentRecord | null;
  sentUs: number;
  transmissions: number;
  isInFlight: boolean;
  isSelectivelyAcknowledged: boolean;
  isLost: boolean;
  /** True once a transmission of it has passed the vantage point. */
  isSeen: boolean;
}

/** Position after the segment in the sequence space: a FIN takes one number (RFC 9293, section 3.4). */
export const segmentEnd = ({ offset, length, isFin }: TcpSegment): number =>
  offset + length + (isFin ? 1 : 0);
