import type { Endpoint } from './endpoint.js';
import { type FrameBuffer, PROTOCOL_TCP } from './frame-buffer.js';

export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_PSH = 0x08;
export const TCP_ACK = 0x10;

/** Shift of the windows of all but SYN packets (RFC 7323). */
const WINDOW_SHIFT = 7;

const HEADER_BYTES = 20;
const SACK_HEAD_BYTES = 4;
const SACK_BLOCK_BYTES = 8;
const SYN_OPTIONS_BYTES = 12;
const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const SEQUENCE = 4;
const ACKNOWLEDGEMENT = 8;
const DATA_OFFSET = 12;
const FLAGS = 13;
const WINDOW = 14;
const CHECKSUM = 16;
const URGENT_POINTER = 18;

const OPTION_NOP = 1;
const OPTION_MSS = 2;
const OPTION_WINDOW_SCALE = 3;
const OPTION_SACK_PERMITTED = 4;
const OPTION_SACK = 5;

/** A TCP packet's header (RFC 9293, section 3.1), with the options that the simulator uses. */
export interface TcpHeader {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly identification: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  /** In bytes; written scaled, except in a SYN. */
  readonly window: number;
  /** Starts and ends of the ranges received out of order (RFC 2018), at most three pairs; empty in a SYN. */
  readonly sackBlocks: readonly number[];
  /** Largest payload, announced in a SYN. */
  readonly maxSegmentBytes: number;
}

/** Length of the header with its options. */
export function tcpHeaderBytes({ flags, sackBlocks }: Pick<TcpHeader, 'flags' | 'sackBlocks'>): number {
  if ((flags & TCP_SYN) !== 0) return HEADER_BYTES + SYN_OPTIONS_BYTES;
  const blocks = sackBlocks.length / 2;
  return HEADER_BYTES + (blocks === 0 ? 0 : SACK_HEAD_BYTES + blocks * SACK_BLOCK_BYTES);
}

/** Builds the packet's frame; `writePayload` must fill the whole payload. */
export function writeTcp(
  frame: FrameBuffer,
  header: TcpHeader,
  payloadLength: number,
  writePayload: (payload: Uint8Array) => void,
): void {
  const { from, to, flags } = header;
  const headerBytes = tcpHeaderBytes(header);
  const isSyn = (flags & TCP_SYN) !== 0;
  const tcp = frame.begin(from, to, PROTOCOL_TCP, header.identification, headerBytes + payloadLength);
  const { bytes, view } = frame;
  view.setUint16(tcp + SOURCE_PORT, from.port);
  view.setUint16(tcp + DESTINATION_PORT, to.port);
  view.setUint32(tcp + SEQUENCE, header.sequence);
  view.setUint32(tcp + ACKNOWLEDGEMENT, header.acknowledgement);
  view.setUint8(tcp + DATA_OFFSET, (headerBytes / 4) << 4);
  view.setUint8(tcp + FLAGS, flags);
  view.setUint16(tcp + WINDOW, Math.min(0xffff, isSyn ? header.window : header.window >>> WINDOW_SHIFT));
  view.setUint16(tcp + URGENT_POINTER, 0);
  const options = isSyn ? synOptions(header.maxSegmentBytes) : sackHead(header.sackBlocks.length / 2);
  bytes.set(options, tcp + HEADER_BYTES);
  header.sackBlocks.forEach((edge, index) => {
    view.setUint32(tcp + HEADER_BYTES + SACK_HEAD_BYTES + 4 * index, edge);
  });
  writePayload(bytes.subarray(tcp + headerBytes, tcp + headerBytes + payloadLength));
  frame.finish(from, to, tcp + CHECKSUM);
}

const synOptions = (maxSegmentBytes: number): number[] => [
  ...[OPTION_MSS, 4, maxSegmentBytes >>> 8, maxSegmentBytes & 0xff],
  ...[OPTION_NOP, OPTION_WINDOW_SCALE, 3, WINDOW_SHIFT],
  ...[OPTION_NOP, OPTION_NOP, OPTION_SACK_PERMITTED, 2],
];

const sackHead = (blocks: number): number[] =>
  blocks === 0 ? [] : [OPTION_NOP, OPTION_NOP, OPTION_SACK, 2 + blocks * SACK_BLOCK_BYTES];
