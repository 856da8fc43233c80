import type {
  DnsAnswer,
  DnsMessage,
  Flow,
  PacketBatch,
  SegmentBatch,
  ServerName,
} from '../schemas/capture.js';

/**
 * Receives a capture's rows. The arrays of a batch are reused: they are valid until the call returns or, if it
 * returns a promise, until that settles. The decoder awaits it.
 */
export interface CaptureSink {
  packets(batch: PacketBatch): void | Promise<void>;
  /** Segments that closed during the last packet batch, in order of closing; at the end, those still open. */
  segments(batch: SegmentBatch): void | Promise<void>;
  /** In file order. */
  dnsMessages(rows: readonly DnsMessage[]): void | Promise<void>;
  /** In file order. */
  dnsAnswers(rows: readonly DnsAnswer[]): void | Promise<void>;
  /** Every flow, in order of its number, at the end. */
  flows(rows: readonly Flow[]): void | Promise<void>;
  /** In the order of their packets, after the flows. */
  serverNames(rows: readonly ServerName[]): void | Promise<void>;
}
