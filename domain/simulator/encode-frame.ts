import type { Endpoint } from './endpoint.js';

const ETHERNET_BYTES = 14;
const ETHERNET_TYPE_IPV4 = 0x0800;
const IPV4_BYTES = 20;
const IPV4_VERSION_AND_LENGTH = 0x45;
const IPV4_DO_NOT_FRAGMENT = 0x4000;

/** IANA protocol numbers. */
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;

/** An IPv4 packet in an Ethernet frame. */
export interface FrameFields {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: typeof PROTOCOL_TCP | typeof PROTOCOL_UDP;
  /** IP identification, 16 bits. */
  readonly identification: number;
  readonly transportHeader: Uint8Array;
  /** First bytes of the payload; the others are zero. */
  readonly payloadHead: Uint8Array;
  readonly payloadLength: number;
  /** Bytes of the frame to keep. */
  readonly snapLength: number;
}

/**
 * The frame's first bytes and its whole length (RFC 791; Ethernet without padding or check sequence).
 * The IP header checksum is right; the transport header is taken as it is.
 */
export function encodeFrame(fields: FrameFields): { frame: Uint8Array; wireLength: number } {
  const { from, to, transportHeader, payloadHead, payloadLength } = fields;
  const headerBytes = ETHERNET_BYTES + IPV4_BYTES + transportHeader.length;
  const wireLength = headerBytes + payloadLength;
  const frame = new Uint8Array(Math.min(wireLength, fields.snapLength));
  const view = new DataView(frame.buffer);

  frame.set(to.mac, 0);
  frame.set(from.mac, 6);
  view.setUint16(12, ETHERNET_TYPE_IPV4);

  view.setUint8(ETHERNET_BYTES, IPV4_VERSION_AND_LENGTH);
  view.setUint16(ETHERNET_BYTES + 2, wireLength - ETHERNET_BYTES);
  view.setUint16(ETHERNET_BYTES + 4, fields.identification);
  view.setUint16(ETHERNET_BYTES + 6, IPV4_DO_NOT_FRAGMENT);
  view.setUint8(ETHERNET_BYTES + 8, from.ttl);
  view.setUint8(ETHERNET_BYTES + 9, fields.protocol);
  frame.set(from.address, ETHERNET_BYTES + 12);
  frame.set(to.address, ETHERNET_BYTES + 16);
  view.setUint16(ETHERNET_BYTES + 10, internetChecksum(view, ETHERNET_BYTES, IPV4_BYTES));

  frame.set(transportHeader, ETHERNET_BYTES + IPV4_BYTES);
  frame.set(payloadHead.subarray(0, Math.max(0, frame.length - headerBytes)), headerBytes);
  return { frame, wireLength };
}

/** RFC 1071, over an even number of bytes. */
function internetChecksum(view: DataView, offset: number, bytes: number): number {
  let sum = 0;
  for (let at = offset; at < offset + bytes; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
