import { ETHERTYPE_IPV6 } from '../layers/ether-types.js';
import type { PacketFields } from '../layers/packet-fields.js';
import { NOT_A_TUNNEL, type TunnelEntry } from './tunnel-entry.js';

export const TEREDO_PORT = 3544;

const INDICATOR = 0;
const AUTHENTICATION = 0x0001;
const ID_LENGTH = 2;
const AUTHENTICATION_LENGTH = 3;
/** Without identifier and authentication value: indicator, two lengths, nonce, confirmation. */
const AUTHENTICATION_BYTES = 13;
const ORIGIN = 0x0000;
const ORIGIN_BYTES = 8;

const IPV6_PAYLOAD_LENGTH = 4;
const IPV6_HEADER_BYTES = 40;

/**
 * Teredo (RFC 4380, section 5.1.1): an IPv6 packet in UDP, optionally after an authentication and an origin
 * indication. Nothing marks the packet, so only an IPv6 header whose length matches the datagram's is accepted.
 *
 * @param end first byte that was not captured or is after the tunnel's data
 * @param wireEnd first byte after the UDP datagram, captured or not
 */
export function enterTeredo(
  view: DataView,
  offset: number,
  end: number,
  wireEnd: number,
  packet: PacketFields,
): TunnelEntry {
  let inside = offset;
  if (end - inside >= AUTHENTICATION_BYTES && view.getUint16(inside + INDICATOR) === AUTHENTICATION) {
    const variableBytes = view.getUint8(inside + ID_LENGTH) + view.getUint8(inside + AUTHENTICATION_LENGTH);
    inside += AUTHENTICATION_BYTES + variableBytes;
  }
  if (end - inside >= ORIGIN_BYTES && view.getUint16(inside + INDICATOR) === ORIGIN) inside += ORIGIN_BYTES;
  if (end - inside < IPV6_HEADER_BYTES || view.getUint8(inside) >> 4 !== 6) return NOT_A_TUNNEL;
  const innerEnd = inside + IPV6_HEADER_BYTES + view.getUint16(inside + IPV6_PAYLOAD_LENGTH);
  if (innerEnd !== wireEnd) return NOT_A_TUNNEL;
  packet.etherType = ETHERTYPE_IPV6;
  packet.networkOffset = inside;
  return null;
}
