import { decodeCapture, type DecodeOptions } from '../../../capture/decode-capture.js';
import type {
  CaptureSummary,
  DnsAnswer,
  DnsMessage,
  Flow,
  PacketBatch,
  SegmentBatch,
  ServerName,
} from '../../../schemas/capture.js';

type Row<Batch> = {
  [Column in Exclude<keyof Batch, 'rows'>]: Batch[Column] extends BigInt64Array ? bigint : number;
};
export type PacketRow = Row<PacketBatch>;
export type SegmentRow = Row<SegmentBatch>;

/** A summary with all rows of the sink except packets and segments. */
export type SummaryWithRows = CaptureSummary & {
  readonly flows: readonly Flow[];
  readonly dnsMessages: readonly DnsMessage[];
  readonly dnsAnswers: readonly DnsAnswer[];
  readonly serverNames: readonly ServerName[];
};

interface Collected {
  readonly summary: SummaryWithRows;
  readonly packets: PacketRow[];
  readonly segments: SegmentRow[];
  /** Rows of each packet batch, in order. */
  readonly batchRows: number[];
}

/** Decodes a whole capture, of one or more files, and converts its columns to rows, for tests. */
export async function collect(
  source: Parameters<typeof decodeCapture>[0],
  options: DecodeOptions = {},
): Promise<Collected> {
  const packets: PacketRow[] = [];
  const segments: SegmentRow[] = [];
  const batchRows: number[] = [];
  const flows: Flow[] = [];
  const dnsMessages: DnsMessage[] = [];
  const dnsAnswers: DnsAnswer[] = [];
  const serverNames: ServerName[] = [];
  const summary = await decodeCapture(source, options, {
    packets(batch) {
      batchRows.push(batch.rows);
      for (let row = 0; row < batch.rows; row++) packets.push(packetRow(batch, row));
    },
    segments(batch) {
      for (let row = 0; row < batch.rows; row++) segments.push(segmentRow(batch, row));
    },
    flows: (rows) => void flows.push(...rows),
    dnsMessages: (rows) => void dnsMessages.push(...rows),
    dnsAnswers: (rows) => void dnsAnswers.push(...rows),
    serverNames: (rows) => void serverNames.push(...rows),
  });
  return {
    summary: { ...summary, flows, dnsMessages, dnsAnswers, serverNames },
    packets,
    segments,
    batchRows,
  };
}

/** The bytes as a stream of chunks of `chunkBytes` each. */
export async function* chunked(bytes: Uint8Array, chunkBytes = Infinity): AsyncGenerator<Uint8Array> {
  const step = Math.min(chunkBytes, Math.max(1, bytes.length));
  for (let start = 0; start < bytes.length; start += step) {
    await Promise.resolve();
    yield bytes.subarray(start, start + step);
  }
}

function packetRow(batch: PacketBatch, row: number): PacketRow {
  return {
    timestamp_us: batch.timestamp_us[row]!,
    wire_length: batch.wire_length[row]!,
    captured_length: batch.captured_length[row]!,
    flow_id: batch.flow_id[row]!,
    is_upstream: batch.is_upstream[row]!,
    payload_length: batch.payload_length[row]!,
    tcp_flags: batch.tcp_flags[row]!,
    tcp_seq: batch.tcp_seq[row]!,
    tcp_ack: batch.tcp_ack[row]!,
    tcp_window: batch.tcp_window[row]!,
    flow_gap_us: batch.flow_gap_us[row]!,
    tcp_in_flight: batch.tcp_in_flight[row]!,
    tcp_rtt_us: batch.tcp_rtt_us[row]!,
    tcp_marks: batch.tcp_marks[row]!,
    segment_index: batch.segment_index[row]!,
  };
}

function segmentRow(batch: SegmentBatch, row: number): SegmentRow {
  return {
    flow_id: batch.flow_id[row]!,
    segment_index: batch.segment_index[row]!,
    request_us: batch.request_us[row]!,
    request_bytes: batch.request_bytes[row]!,
    first_byte_us: batch.first_byte_us[row]!,
    last_byte_us: batch.last_byte_us[row]!,
    downstream_bytes: batch.downstream_bytes[row]!,
    retransmitted_bytes: batch.retransmitted_bytes[row]!,
    downstream_packets: batch.downstream_packets[row]!,
    is_closed: batch.is_closed[row]!,
  };
}
