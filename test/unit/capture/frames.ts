import { pcapHeader, pcapRecord } from '../../../capture/formats/pcap-writer.js';

export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_RAW = 101;

const IPV4_HEADER_BYTES = 20;
const TCP_HEADER_BYTES = 20;
const UDP_HEADER_BYTES = 8;

export interface Endpoints {
  readonly from: string;
  readonly to: string;
  readonly fromPort: number;
  readonly toPort: number;
}

/** Builds an IPv4 packet; `protocol` 6 TCP, 17 UDP. */
export function ipv4(
  from: string,
  to: string,
  protocol: number,
  payload: Uint8Array,
  { fragmentOffset = 0, totalLength = IPV4_HEADER_BYTES + payload.length } = {},
): Uint8Array {
  const bytes = new Uint8Array(IPV4_HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x45;
  view.setUint16(2, totalLength);
  view.setUint16(6, fragmentOffset / 8);
  bytes[8] = 64;
  bytes[9] = protocol;
  bytes.set(from.split('.').map(Number), 12);
  bytes.set(to.split('.').map(Number), 16);
  bytes.set(payload, IPV4_HEADER_BYTES);
  return bytes;
}

/** An IPv4 packet with a TCP segment of `length` zero bytes. */
export function tcp(
  { from, to, fromPort, toPort }: Endpoints,
  { seq = 0, ack = 0, flags = 0x10, length = 0, window = 1000 } = {},
): Uint8Array {
  const bytes = new Uint8Array(TCP_HEADER_BYTES + length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, fromPort);
  view.setUint16(2, toPort);
  view.setUint32(4, seq);
  view.setUint32(8, ack);
  view.setUint16(12, 0x5000 | flags);
  view.setUint16(14, window);
  return ipv4(from, to, 6, bytes);
}

/** An IPv4 packet with a UDP datagram. */
export function udp({ from, to, fromPort, toPort }: Endpoints, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(UDP_HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, fromPort);
  view.setUint16(2, toPort);
  view.setUint16(4, bytes.length);
  bytes.set(payload, UDP_HEADER_BYTES);
  return ipv4(from, to, 17, bytes);
}

export function reversed({ from, to, fromPort, toPort }: Endpoints): Endpoints {
  return { from: to, to: from, fromPort: toPort, toPort: fromPort };
}

/** A capture of the frames, one second apart, the first at 1 s; optionally cut at `snapLength`. */
export function pcap(linkType: number, frames: readonly Uint8Array[], snapLength = 262_144): Uint8Array {
  return concat([
    pcapHeader({ linkType, snapLength }),
    ...frames.map((frame, i) => pcapRecord((i + 1) * 1_000_000, frame.subarray(0, snapLength), frame.length)),
  ]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** Bytes written as hexadecimal digits; blanks are ignored. */
export function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.replaceAll(/\s/g, ''), 'hex'));
}
