import type { SegmentRecord } from './segment-record.js';

/** A piece of a TCP byte stream that is sent, and if need be repeated, as one packet. */
export interface TcpSegment {
  /** Place of its first byte in the stream; the first byte behind the SYN is 0. */
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
  /** True once any transmission of it passed the vantage point. */
  isSeen: boolean;
}

/** Place behind the segment in the sequence space: a FIN takes one number (RFC 9293, section 3.4). */
export const segmentEnd = ({ offset, length, isFin }: TcpSegment): number =>
  offset + length + (isFin ? 1 : 0);
