import { ETHERTYPE_IPV4 } from './ether-types.js';
import type { Fault } from './faults.js';
import { PROTOCOL_TCP, PROTOCOL_UDP } from './ip-protocols.js';
import { decodeIpv4 } from './ipv4.js';
import { decodeIpv6, skipExtensions } from './ipv6.js';
import { decodeLinkLayer } from './link-layer.js';
import type { PacketFields } from './packet-fields.js';
import { decodeTcp } from './tcp.js';
import { decodeUdp } from './udp.js';

const LATER_FRAGMENT_IPV4: Fault = { layer: 'ipv4', kind: 'later-fragment' };
const LATER_FRAGMENT_IPV6: Fault = { layer: 'ipv6', kind: 'later-fragment' };
const PROTOCOLS = 256;
/** One fault per protocol number other than TCP and UDP, so that the counts show which (1 ICMP, 47 GRE, 132 SCTP). */
const OTHER_PROTOCOL: readonly Fault[] = Array.from({ length: PROTOCOLS }, (_, number) => ({
  layer: 'transport',
  kind: `protocol-${number}`,
}));

/**
 * Decodes a frame up to its addresses: link layer, then the fixed part of the IP header.
 *
 * @param offset first byte of the frame
 * @param end first byte that was not captured
 * @param wireLength the frame's length on the wire
 * @returns null, or why the addresses are unknown
 */
export function decodeAddresses(
  view: DataView,
  offset: number,
  end: number,
  wireLength: number,
  linkType: number,
  packet: PacketFields,
): Fault | null {
  const fault = decodeLinkLayer(view, offset, end, linkType, packet);
  return fault ?? decodeNetwork(view, end, offset + wireLength, packet);
}

/**
 * Decodes the fixed part of the IP header that `etherType` and `networkOffset` point to.
 *
 * @param wireEnd largest possible end of the packet if all of it had been captured
 */
export function decodeNetwork(
  view: DataView,
  end: number,
  wireEnd: number,
  packet: PacketFields,
): Fault | null {
  return packet.etherType === ETHERTYPE_IPV4
    ? decodeIpv4(view, end, wireEnd, packet)
    : decodeIpv6(view, end, wireEnd, packet);
}

/**
 * Continues from the addresses to ports, TCP fields and payload. Fields that cannot be read stay 0. A later
 * fragment has no ports; all its content is payload.
 */
export function decodeTransport(view: DataView, end: number, packet: PacketFields): Fault | null {
  packet.clearTransport();
  if (packet.ipVersion === 6) {
    const fault = skipExtensions(view, end, packet);
    if (fault) return fault;
  }
  if (packet.isLaterFragment) {
    packet.payloadOffset = packet.transportOffset;
    packet.payloadLength = packet.transportLength;
    return packet.ipVersion === 4 ? LATER_FRAGMENT_IPV4 : LATER_FRAGMENT_IPV6;
  }
  switch (packet.protocol) {
    case PROTOCOL_TCP:
      return decodeTcp(view, end, packet);
    case PROTOCOL_UDP:
      return decodeUdp(view, end, packet);
    default:
      return OTHER_PROTOCOL[packet.protocol]!;
  }
}
