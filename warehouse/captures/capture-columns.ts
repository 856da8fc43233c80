import type { PacketBatch, SegmentBatch } from '../../schemas/capture.js';
import type { ColumnType } from './column-file.js';

type BatchTypes<Batch> = { readonly [Name in Exclude<keyof Batch, 'rows'>]: ColumnType };

/** Columns of a decoded capture's packets. */
export const PACKET_TYPES = {
  timestamp_us: 'int64',
  wire_length: 'uint32',
  captured_length: 'uint32',
  flow_id: 'uint32',
  is_upstream: 'uint8',
  payload_length: 'uint32',
  tcp_flags: 'uint16',
  tcp_seq: 'uint32',
  tcp_ack: 'uint32',
  tcp_window: 'uint16',
  flow_gap_us: 'uint32',
  tcp_in_flight: 'uint32',
  tcp_rtt_us: 'uint32',
  tcp_marks: 'uint8',
  segment_index: 'uint32',
} as const satisfies BatchTypes<PacketBatch>;

/** Columns of a decoded capture's segments. */
export const SEGMENT_TYPES = {
  flow_id: 'uint32',
  segment_index: 'uint32',
  request_us: 'int64',
  request_bytes: 'uint32',
  first_byte_us: 'int64',
  last_byte_us: 'int64',
  downstream_bytes: 'float64',
  retransmitted_bytes: 'float64',
  downstream_packets: 'uint32',
  is_closed: 'uint8',
} as const satisfies BatchTypes<SegmentBatch>;
