import { NO_FLOW, NO_SEGMENT, NO_VALUE, type PacketBatch } from '../schemas/capture.js';
import type { TcpObserver } from './flows/tcp-observer.js';
import type { PacketFields } from './layers/packet-fields.js';

const TWO_POW_32 = 2 ** 32;
/** Index of the low word among the two 32-bit words of a 64-bit column value, on this machine. */
const LOW_WORD = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
const HIGH_WORD = 1 - LOW_WORD;

/** Collects packets into the columns of one batch. The arrays are allocated once and reused for each batch. */
export class PacketColumns {
  readonly #capacity: number;
  readonly #batch: PacketBatch;
  /** Writes int64 timestamps as two halves, because a BigInt per packet would cost more than the rest of its row. */
  readonly #timestampWords: Uint32Array;
  #rows = 0;
  /** High half of the previous timestamp, and its value in microseconds. */
  #high = 0;
  #highUs = 0;

  /** @param capacity rows of a full batch */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#batch = emptyBatch(capacity);
    this.#timestampWords = new Uint32Array(this.#batch.timestamp_us.buffer);
  }

  get rows(): number {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows === this.#capacity;
  }

  /**
   * Adds a packet with a flow.
   *
   * @param gapUs time since the flow's previous packet in the same direction
   * @param tcp state of its connection, or null
   */
  add(
    timestampUs: number,
    wireLength: number,
    capturedLength: number,
    flowId: number,
    isUpstream: boolean,
    segmentIndex: number,
    packet: PacketFields,
    gapUs: number,
    tcp: TcpObserver | null,
  ): void {
    const batch = this.#batch;
    const row = this.#addRecord(timestampUs, wireLength, capturedLength);
    batch.flow_id[row] = flowId;
    batch.is_upstream[row] = isUpstream ? 1 : 0;
    batch.payload_length[row] = packet.payloadLength;
    batch.tcp_flags[row] = packet.tcpFlags;
    batch.tcp_seq[row] = packet.tcpSeq;
    batch.tcp_ack[row] = packet.tcpAck;
    batch.tcp_window[row] = packet.tcpWindow;
    batch.flow_gap_us[row] = gapUs;
    batch.segment_index[row] = segmentIndex;
    if (tcp === null) this.#clearTcpState(row);
    else {
      batch.tcp_in_flight[row] = tcp.inFlight;
      batch.tcp_rtt_us[row] = tcp.rttUs;
      batch.tcp_marks[row] = tcp.marks;
    }
  }

  /** Adds a packet without addresses. */
  addUndecoded(timestampUs: number, wireLength: number, capturedLength: number): void {
    const batch = this.#batch;
    const row = this.#addRecord(timestampUs, wireLength, capturedLength);
    batch.flow_id[row] = NO_FLOW;
    batch.is_upstream[row] = 0;
    batch.payload_length[row] = 0;
    batch.tcp_flags[row] = 0;
    batch.tcp_seq[row] = 0;
    batch.tcp_ack[row] = 0;
    batch.tcp_window[row] = 0;
    batch.flow_gap_us[row] = NO_VALUE;
    batch.segment_index[row] = NO_SEGMENT;
    this.#clearTcpState(row);
  }

  /** Returns the rows so far. They are valid until the next `add`, which starts a new batch. */
  take(): PacketBatch {
    const rows = this.#rows;
    this.#rows = 0;
    return rows === this.#capacity ? this.#batch : shortened(this.#batch, rows);
  }

  /** Writes the fields of the capture record. @returns the row */
  #addRecord(timestampUs: number, wireLength: number, capturedLength: number): number {
    const row = this.#rows++;
    const low = timestampUs - this.#highUs;
    if (low >= 0 && low < TWO_POW_32) this.#timestampWords[2 * row + LOW_WORD] = low;
    else this.#timestampWords[2 * row + LOW_WORD] = timestampUs - this.#setHigh(timestampUs);
    this.#timestampWords[2 * row + HIGH_WORD] = this.#high;
    this.#batch.wire_length[row] = wireLength;
    this.#batch.captured_length[row] = capturedLength;
    return row;
  }

  /** Sets the high half, which changes every 71 minutes. @returns its value in microseconds */
  #setHigh(timestampUs: number): number {
    this.#high = Math.floor(timestampUs / TWO_POW_32);
    this.#highUs = this.#high * TWO_POW_32;
    return this.#highUs;
  }

  #clearTcpState(row: number): void {
    this.#batch.tcp_in_flight[row] = NO_VALUE;
    this.#batch.tcp_rtt_us[row] = NO_VALUE;
    this.#batch.tcp_marks[row] = 0;
  }
}

function emptyBatch(rows: number): PacketBatch {
  return {
    rows,
    timestamp_us: new BigInt64Array(rows),
    wire_length: new Uint32Array(rows),
    captured_length: new Uint32Array(rows),
    flow_id: new Uint32Array(rows),
    is_upstream: new Uint8Array(rows),
    payload_length: new Uint32Array(rows),
    tcp_flags: new Uint16Array(rows),
    tcp_seq: new Uint32Array(rows),
    tcp_ack: new Uint32Array(rows),
    tcp_window: new Uint16Array(rows),
    flow_gap_us: new Uint32Array(rows),
    tcp_in_flight: new Uint32Array(rows),
    tcp_rtt_us: new Uint32Array(rows),
    tcp_marks: new Uint8Array(rows),
    segment_index: new Uint32Array(rows),
  };
}

function shortened(batch: PacketBatch, rows: number): PacketBatch {
  return {
    rows,
    timestamp_us: batch.timestamp_us.subarray(0, rows),
    wire_length: batch.wire_length.subarray(0, rows),
    captured_length: batch.captured_length.subarray(0, rows),
    flow_id: batch.flow_id.subarray(0, rows),
    is_upstream: batch.is_upstream.subarray(0, rows),
    payload_length: batch.payload_length.subarray(0, rows),
    tcp_flags: batch.tcp_flags.subarray(0, rows),
    tcp_seq: batch.tcp_seq.subarray(0, rows),
    tcp_ack: batch.tcp_ack.subarray(0, rows),
    tcp_window: batch.tcp_window.subarray(0, rows),
    flow_gap_us: batch.flow_gap_us.subarray(0, rows),
    tcp_in_flight: batch.tcp_in_flight.subarray(0, rows),
    tcp_rtt_us: batch.tcp_rtt_us.subarray(0, rows),
    tcp_marks: batch.tcp_marks.subarray(0, rows),
    segment_index: batch.segment_index.subarray(0, rows),
  };
}
