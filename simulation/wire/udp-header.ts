import type { Endpoint } from './endpoint.js';
import { type FrameBuffer, PROTOCOL_UDP } from './frame-buffer.js';

export const UDP_HEADER_BYTES = 8;
const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const LENGTH = 4;
const CHECKSUM = 6;

/** A UDP datagram (RFC 768). */
export interface Datagram {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly identification: number;
  readonly payloadLength: number;
}

/** Builds the datagram's frame; `writePayload` must fill the whole payload. */
export function writeDatagram(
  frame: FrameBuffer,
  { from, to, identification, payloadLength }: Datagram,
  writePayload: (payload: Uint8Array) => void,
): void {
  const udp = frame.begin(from, to, PROTOCOL_UDP, identification, UDP_HEADER_BYTES + payloadLength);
  frame.view.setUint16(udp + SOURCE_PORT, from.port);
  frame.view.setUint16(udp + DESTINATION_PORT, to.port);
  frame.view.setUint16(udp + LENGTH, UDP_HEADER_BYTES + payloadLength);
  writePayload(frame.bytes.subarray(udp + UDP_HEADER_BYTES, udp + UDP_HEADER_BYTES + payloadLength));
  frame.finish(from, to, udp + CHECKSUM);
}
