import type { Fault } from './faults.js';
import type { PacketFields } from './packet-fields.js';

const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const LENGTH = 4;
const PORTS_BYTES = 4;
const HEADER_BYTES = 8;

const TRUNCATED: Fault = { layer: 'udp', kind: 'truncated' };

/**
 * Reads a UDP header (RFC 768) at `packet.transportOffset`. The payload's length comes from the IP header, so that
 * a first fragment counts only its own bytes. Length and checksum may be cut off.
 *
 * @param end first byte that was not captured
 */
export function decodeUdp(view: DataView, end: number, packet: PacketFields): Fault | null {
  const offset = packet.transportOffset;
  if (end - offset < PORTS_BYTES || packet.transportLength < HEADER_BYTES) return TRUNCATED;
  packet.sourcePort = view.getUint16(offset + SOURCE_PORT);
  packet.destinationPort = view.getUint16(offset + DESTINATION_PORT);
  packet.payloadOffset = offset + HEADER_BYTES;
  packet.payloadLength = packet.transportLength - HEADER_BYTES;
  return null;
}

/**
 * Payload of the whole datagram according to the UDP header, in bytes: more than `payloadLength` in a first
 * fragment. For a packet that {@link decodeUdp} has read and whose header was captured completely.
 */
export function statedPayloadLength(view: DataView, packet: PacketFields): number {
  return view.getUint16(packet.transportOffset + LENGTH) - HEADER_BYTES;
}
