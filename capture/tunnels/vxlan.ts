import { decodeLinkLayer, LINKTYPE_ETHERNET } from '../layers/link-layer.js';
import type { PacketFields } from '../layers/packet-fields.js';
import { NOT_A_TUNNEL, type TunnelEntry } from './tunnel-entry.js';

/** The registered port, and the one that Linux used before. */
export const VXLAN_PORTS: readonly number[] = [4789, 8472];

const FLAGS = 0;
const NETWORK_AND_RESERVED = 4;
const HEADER_BYTES = 8;
const NETWORK_VALID = 0x08;
/** Set in every QUIC packet (RFC 9000, section 17), never in VXLAN and its extension drafts. */
const QUIC_FIXED_BIT = 0x40;
const RESERVED_MASK = 0xff;

/**
 * VXLAN (RFC 7348, section 5): an Ethernet frame after an 8-byte header. Reserved bits are ignored, as the RFC
 * requires, except those that indicate other traffic on the port.
 *
 * @param end first byte that was not captured or is after the tunnel's data
 */
export function enterVxlan(view: DataView, offset: number, end: number, packet: PacketFields): TunnelEntry {
  if (end - offset < HEADER_BYTES) return NOT_A_TUNNEL;
  const flags = view.getUint8(offset + FLAGS) & (NETWORK_VALID | QUIC_FIXED_BIT);
  if (flags !== NETWORK_VALID) return NOT_A_TUNNEL;
  if ((view.getUint32(offset + NETWORK_AND_RESERVED) & RESERVED_MASK) !== 0) return NOT_A_TUNNEL;
  return decodeLinkLayer(view, offset + HEADER_BYTES, end, LINKTYPE_ETHERNET, packet);
}
