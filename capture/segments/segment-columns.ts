import type { SegmentBatch } from '../../schemas/capture.js';

/** One segment, as {@link SegmentColumns} takes it; fields as in `SegmentBatch`, times in microseconds. */
export interface Segment {
  readonly flowId: number;
  readonly segmentIndex: number;
  readonly requestUs: number;
  readonly requestBytes: number;
  readonly firstByteUs: number;
  readonly lastByteUs: number;
  readonly downstreamBytes: number;
  readonly retransmittedBytes: number;
  readonly downstreamPackets: number;
  readonly isClosed: boolean;
}

/** Collects segments and returns them as columns; every batch has new arrays. */
export class SegmentColumns {
  #segments: Segment[] = [];

  get rows(): number {
    return this.#segments.length;
  }

  add(segment: Segment): void {
    this.#segments.push(segment);
  }

  /** Returns the segments so far and starts a new batch. */
  take(): SegmentBatch {
    const segments = this.#segments;
    this.#segments = [];
    return {
      rows: segments.length,
      flow_id: Uint32Array.from(segments, (segment) => segment.flowId),
      segment_index: Uint32Array.from(segments, (segment) => segment.segmentIndex),
      request_us: BigInt64Array.from(segments, (segment) => BigInt(segment.requestUs)),
      request_bytes: Uint32Array.from(segments, (segment) => segment.requestBytes),
      first_byte_us: BigInt64Array.from(segments, (segment) => BigInt(segment.firstByteUs)),
      last_byte_us: BigInt64Array.from(segments, (segment) => BigInt(segment.lastByteUs)),
      downstream_bytes: Float64Array.from(segments, (segment) => segment.downstreamBytes),
      retransmitted_bytes: Float64Array.from(segments, (segment) => segment.retransmittedBytes),
      downstream_packets: Uint32Array.from(segments, (segment) => segment.downstreamPackets),
      is_closed: Uint8Array.from(segments, (segment) => (segment.isClosed ? 1 : 0)),
    };
  }
}
