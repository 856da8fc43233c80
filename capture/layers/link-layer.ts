import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, followEtherType, followPpp, followVersion } from './ether-types.js';
import type { Fault } from './faults.js';
import type { PacketFields } from './packet-fields.js';

/** LINKTYPE numbers (tcpdump.org/linktypes.html). */
const LINKTYPE_NULL = 0;
export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_PPP = 9;
const LINKTYPE_RAW_BSD = 12;
const LINKTYPE_RAW_OPENBSD = 14;
const LINKTYPE_RAW = 101;
const LINKTYPE_LOOP = 108;
const LINKTYPE_LINUX_SLL = 113;
const LINKTYPE_IPV4 = 228;
const LINKTYPE_IPV6 = 229;
const LINKTYPE_LINUX_SLL2 = 276;

const ETHERNET_TYPE = 12;
const ETHERNET_BYTES = 14;
const SLL_PROTOCOL = 14;
const SLL_BYTES = 16;
const SLL2_PROTOCOL = 0;
const SLL2_BYTES = 20;

const FAMILY_BYTES = 4;
const FAMILY_ETHERTYPE = 2;
/** Address families are small numbers: a larger value was written in the other byte order. */
const MAX_FAMILY = 0xffff;
const FAMILY_IPV4 = 2;
/** IPv6 on Linux, Windows, NetBSD, FreeBSD and macOS. */
const FAMILIES_IPV6: ReadonlySet<number> = new Set([10, 23, 24, 28, 30]);

/** Address and control octets that may precede the PPP protocol (RFC 1662, section 3.1). */
const PPP_ADDRESS_CONTROL = 0xff03;
const PPP_ADDRESS_CONTROL_BYTES = 2;

const TRUNCATED: Fault = { layer: 'link', kind: 'truncated' };
const NOT_IP: Fault = { layer: 'link', kind: 'not-ip' };
const UNSUPPORTED: Fault = { layer: 'link', kind: 'unsupported-link-type' };

/**
 * Finds the IP header of a captured frame and fills `etherType` and `networkOffset`.
 *
 * @param offset first byte of the frame
 * @param end first byte that was not captured
 * @returns null, or why there is no IP header: too short, not IP (such as ARP), or an unknown link layer
 */
export function decodeLinkLayer(
  view: DataView,
  offset: number,
  end: number,
  linkType: number,
  packet: PacketFields,
): Fault | null {
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      if (end - offset < ETHERNET_BYTES) return TRUNCATED;
      return followEtherType(
        view,
        offset + ETHERNET_BYTES,
        end,
        view.getUint16(offset + ETHERNET_TYPE),
        packet,
      );
    case LINKTYPE_LINUX_SLL:
      if (end - offset < SLL_BYTES) return TRUNCATED;
      return followEtherType(view, offset + SLL_BYTES, end, view.getUint16(offset + SLL_PROTOCOL), packet);
    case LINKTYPE_LINUX_SLL2:
      if (end - offset < SLL2_BYTES) return TRUNCATED;
      return followEtherType(view, offset + SLL2_BYTES, end, view.getUint16(offset + SLL2_PROTOCOL), packet);
    case LINKTYPE_RAW:
    case LINKTYPE_RAW_BSD:
    case LINKTYPE_RAW_OPENBSD:
      return followVersion(view, offset, end, packet);
    case LINKTYPE_IPV4:
      return followEtherType(view, offset, end, ETHERTYPE_IPV4, packet);
    case LINKTYPE_IPV6:
      return followEtherType(view, offset, end, ETHERTYPE_IPV6, packet);
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP:
      return decodeFamily(view, offset, end, packet);
    case LINKTYPE_PPP:
      return decodePpp(view, offset, end, packet);
    default:
      return UNSUPPORTED;
  }
}

function decodeFamily(view: DataView, offset: number, end: number, packet: PacketFields): Fault | null {
  if (end - offset < FAMILY_BYTES) return TRUNCATED;
  const bigEndian = view.getUint32(offset);
  const family = bigEndian > MAX_FAMILY ? view.getUint32(offset, true) : bigEndian;
  if (family === FAMILY_IPV4) {
    return followEtherType(view, offset + FAMILY_BYTES, end, ETHERTYPE_IPV4, packet);
  }
  if (FAMILIES_IPV6.has(family)) {
    return followEtherType(view, offset + FAMILY_BYTES, end, ETHERTYPE_IPV6, packet);
  }
  // Some systems put an EtherType in the last two bytes; Wireshark also reads it.
  const etherType = view.getUint16(offset + FAMILY_ETHERTYPE);
  if (etherType !== ETHERTYPE_IPV4 && etherType !== ETHERTYPE_IPV6) return NOT_IP;
  return followEtherType(view, offset + FAMILY_BYTES, end, etherType, packet);
}

function decodePpp(view: DataView, offset: number, end: number, packet: PacketFields): Fault | null {
  if (end - offset < PPP_ADDRESS_CONTROL_BYTES) return TRUNCATED;
  const framed = view.getUint16(offset) === PPP_ADDRESS_CONTROL;
  return followPpp(view, framed ? offset + PPP_ADDRESS_CONTROL_BYTES : offset, end, packet);
}
