/**
 * Output of the capture decoder. Columns are typed arrays, all of the same length in a batch; times are integer
 * microseconds since the Unix epoch, UTC; lengths are in bytes.
 */

/**
 * Sentinel in `flow_id`: the packet is not IP, could not be decoded up to its addresses, or is a copy of a packet before
 * (the fault `duplicate`).
 */
export const NO_FLOW = 0xffff_ffff;
/** Sentinel in `segment_index`: the packet belongs to no segment. */
export const NO_SEGMENT = 0xffff_ffff;
/** Sentinel in `flow_gap_us`, `tcp_in_flight` and `tcp_rtt_us`: there is no value. */
export const NO_VALUE = 0xffff_ffff;

/** Bits of `tcp_marks`. */
export const TCP_MARKS = {
  /**
   * A downstream ACK (first or repeated) of the end of an upstream packet with payload: a sample of Traffic Refinery.
   */
  acknowledges: 1,
  /** Payload starts below the highest start so far: an out-of-order packet in Traffic Refinery. */
  belowHighest: 2,
  /** Payload contains bytes seen before; not a keep-alive. */
  repeatsBytes: 4,
  /** Payload below the highest byte, all of it new. */
  fillsGap: 8,
  /**
   * Sequence number above all earlier ones as an integer, without wrap-around: unique among such packets of a flow and
   * direction.
   */
  rises: 16,
} as const;

/** One row per captured packet, in file order. */
export interface PacketBatch {
  readonly rows: number;
  readonly timestamp_us: BigInt64Array;
  /** Length on the wire (the record's original length). */
  readonly wire_length: Uint32Array;
  /** Bytes in the capture. */
  readonly captured_length: Uint32Array;
  /** Index into the capture's flows, or NO_FLOW. */
  readonly flow_id: Uint32Array;
  /** 1: client to server. 0: server to client. */
  readonly is_upstream: Uint8Array;
  /** Transport payload by the IP header, not by the captured bytes. */
  readonly payload_length: Uint32Array;
  /** TCP flags, the low 9 bits of bytes 12-13; 0 if the packet is not TCP. */
  readonly tcp_flags: Uint16Array;
  readonly tcp_seq: Uint32Array;
  readonly tcp_ack: Uint32Array;
  /** Window field as sent, not scaled. */
  readonly tcp_window: Uint16Array;
  /** Since the previous packet of the same flow and direction, at most 2^32 - 2; NO_VALUE for the first. */
  readonly flow_gap_us: Uint32Array;
  /** From the last acknowledged byte to the packet's end; NO_VALUE without TCP payload or before the first ACK. */
  readonly tcp_in_flight: Uint32Array;
  /**
   * From an upstream packet with payload, sent once, to the first ACK of its end; NO_VALUE if this packet is not that
   * ACK.
   */
  readonly tcp_rtt_us: Uint32Array;
  /** Bits of TCP_MARKS; 0 if the packet is not TCP. */
  readonly tcp_marks: Uint8Array;
  /** Index, within the flow, of the segment of this packet's payload, or NO_SEGMENT. */
  readonly segment_index: Uint32Array;
}

/** One row per segment: the response to one request on one flow. */
export interface SegmentBatch {
  readonly rows: number;
  readonly flow_id: Uint32Array;
  /** 0, 1, 2, … within the flow. */
  readonly segment_index: Uint32Array;
  /** Time of the request packet. */
  readonly request_us: BigInt64Array;
  /** Payload bytes of the request: unique upstream bytes until the first downstream byte. */
  readonly request_bytes: Uint32Array;
  /** First and last downstream payload; 0 if there is none. */
  readonly first_byte_us: BigInt64Array;
  readonly last_byte_us: BigInt64Array;
  /** Unique downstream payload bytes (TCP: by sequence range; UDP: all). */
  readonly downstream_bytes: Float64Array;
  /** Downstream payload bytes seen before (TCP retransmissions). */
  readonly retransmitted_bytes: Float64Array;
  readonly downstream_packets: Uint32Array;
  /** 1: closed by a later request. 0: still open at the end of the capture. */
  readonly is_closed: Uint8Array;
}

/** How the client side of a flow was recognised. */
export type ClientBasis = 'syn' | 'port' | 'address' | 'first-packet';

/** A five-tuple, client first. Ports are 0 if the protocol has none (or an IP fragment lacks them). */
export interface Flow {
  readonly flowId: number;
  readonly ipVersion: 4 | 6;
  /** IANA protocol number: 6 TCP, 17 UDP. */
  readonly protocol: number;
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly clientPort: number;
  readonly serverPort: number;
  readonly clientBasis: ClientBasis;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly packets: number;
  readonly wireBytes: number;
}

/** One row per DNS message that could be decoded (UDP port 53; length-prefixed on TCP if within one packet). */
export interface DnsMessage {
  /** 0-based index of the packet in the capture. */
  readonly packetIndex: number;
  readonly timestampUs: number;
  readonly clientAddress: string;
  readonly resolverAddress: string;
  readonly transactionId: number;
  readonly isResponse: boolean;
  readonly queryName: string;
  readonly queryType: string;
  readonly responseCode: string;
}

/** One row per answer record of a DNS response. `name` is the record's owner, lower case, no final dot. */
export interface DnsAnswer {
  readonly packetIndex: number;
  readonly timestampUs: number;
  readonly clientAddress: string;
  readonly transactionId: number;
  readonly queryName: string;
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME';
  /** Address, or target name of a CNAME. */
  readonly data: string;
  readonly ttlSeconds: number;
}

/** Protocol in which a server's name was found. */
export type NameProtocol = 'tls' | 'quic' | 'gquic';

/** One row per flow whose client named the server: TLS or QUIC ClientHello, or the CHLO of Google's QUIC. */
export interface ServerName {
  readonly flowId: number;
  /** 0-based index and time of the packet that completed the name. */
  readonly packetIndex: number;
  readonly timestampUs: number;
  readonly protocol: NameProtocol;
  /** `TLS 1.3` (the highest offered), `v1`, `v2`, `draft-29`, `Q046`, … */
  readonly version: string;
  /** Lower case, no final dot. */
  readonly name: string;
  /** The hello also has an encrypted ClientHello; the name may then be only that of the provider. */
  readonly hasEncryptedHello: boolean;
}

/** Beginning of the kind of a fault of the layer `link`; the number of the link type follows. */
export const UNSUPPORTED_KIND = 'unsupported-link-type-';

/** Number of packets that could not be decoded further (in the layers `tls` and `quic`: flows), by layer and reason. */
export interface DecodeFault {
  readonly layer: string;
  readonly kind: string;
  readonly packets: number;
}

/** Summary of a whole capture. */
export interface CaptureSummary {
  readonly format: 'pcap' | 'pcapng';
  readonly compression: 'none' | 'gzip' | 'xz' | 'zstd';
  /** XXH3 (128 bits) of the decompressed content, hexadecimal. */
  readonly contentHash: string;
  readonly linkTypes: readonly number[];
  readonly packets: number;
  readonly wireBytes: number;
  readonly capturedBytes: number;
  /** Null for a capture without packets. */
  readonly firstUs: number | null;
  readonly lastUs: number | null;
  /** Where and why reading stopped early (the file ends inside a record); earlier rows are kept. */
  readonly cut: { readonly byteOffset: number; readonly reason: string } | null;
  readonly faults: readonly DecodeFault[];
}

/**
 * Payload above which an upstream packet opens a segment, in bytes: on real YouTube QUIC, 100 to 500 give the same
 * result.
 */
export interface RequestThresholds {
  readonly tcpBytes: number;
  readonly udpBytes: number;
}

/** Settings that affect the rows of a capture. */
export interface DecodingSettings {
  readonly thresholds: RequestThresholds;
  /** Replace client addresses by keyed, prefix-preserving pseudonyms; the worker has the key. */
  readonly anonymise: boolean;
}

/** Media segments are at least this large; pages, scripts and API calls are mostly smaller. */
export const MEDIA_BYTES = 20_000;
