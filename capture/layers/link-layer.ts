import { UNSUPPORTED_KIND } from '../../schemas/capture.js';
import {
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  followEtherType,
  followFrame,
  followPpp,
  followVersion,
} from './ether-types.js';
import type { Fault } from './faults.js';
import type { PacketFields } from './packet-fields.js';
import { followRadiotap, followWlan } from './wlan.js';

/** LINKTYPE numbers (tcpdump.org/linktypes.html). */
const LINKTYPE_NULL = 0;
export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_PPP = 9;
const LINKTYPE_RAW_BSD = 12;
const LINKTYPE_RAW_OPENBSD = 14;
const LINKTYPE_PPP_HDLC = 50;
const LINKTYPE_PPP_ETHER = 51;
const LINKTYPE_RAW = 101;
const LINKTYPE_C_HDLC = 104;
export const LINKTYPE_WLAN = 105;
const LINKTYPE_LOOP = 108;
const LINKTYPE_LINUX_SLL = 113;
/** PKTAP, as macOS wrote it before it had a number. */
const LINKTYPE_USER2 = 149;
const LINKTYPE_RADIOTAP = 127;
const LINKTYPE_PPI = 192;
const LINKTYPE_PPP_WITH_DIR = 204;
const LINKTYPE_IPV4 = 228;
const LINKTYPE_IPV6 = 229;
const LINKTYPE_NFLOG = 239;
const LINKTYPE_IPOIB = 242;
const LINKTYPE_PKTAP = 258;
const LINKTYPE_LINUX_SLL2 = 276;

const SLL_PROTOCOL = 14;
const SLL_BYTES = 16;
const SLL2_PROTOCOL = 0;
const SLL2_BYTES = 20;

const C_HDLC_TYPE = 2;
const C_HDLC_BYTES = 4;
const PPPOE_BYTES = 6;
const DIRECTION_BYTES = 1;
/** Global routing header, type, reserved (RFC 4391). */
const IPOIB_TYPE = 40;
const IPOIB_BYTES = 44;
const PPI_LENGTH = 2;
const PPI_LINK_TYPE = 4;
const PPI_BYTES = 8;
const PKTAP_LENGTH = 0;
const PKTAP_LINK_TYPE = 8;
const PKTAP_BYTES = 12;
/** No such header is inside another. */
const LINK_TYPES_AROUND_OTHERS: ReadonlySet<number> = new Set([
  LINKTYPE_PPI,
  LINKTYPE_PKTAP,
  LINKTYPE_USER2,
  LINKTYPE_NFLOG,
]);
const NFLOG_BYTES = 4;
const NFLOG_TYPE = 2;
const NFLOG_VALUE = 4;
const NFLOG_ALIGNMENT = 4;
const NFLOG_PAYLOAD = 9;
/** A larger length was written in the other byte order. */
const NFLOG_LARGEST_TYPE = 0xff;

const IPV4_TOTAL_LENGTH = 2;
const IPV4_BYTES = 20;
const IPV6_PAYLOAD_LENGTH = 4;
const IPV6_BYTES = 40;

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
const BAD_HEADER: Fault = { layer: 'link', kind: 'bad-header' };
const UNSUPPORTED = new Map<number, Fault>();

/** One fault per link type, so that the counts show which. */
function unsupported(linkType: number): Fault {
  const known = UNSUPPORTED.get(linkType) ?? { layer: 'link', kind: `${UNSUPPORTED_KIND}${linkType}` };
  UNSUPPORTED.set(linkType, known);
  return known;
}

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
    case LINKTYPE_ETHERNET: {
      const fault = followFrame(view, offset, end, packet);
      return fault !== null && isBareIp(view, offset, end) ? followVersion(view, offset, end, packet) : fault;
    }
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
    case LINKTYPE_PPP_HDLC:
      return decodePpp(view, offset, end, packet);
    case LINKTYPE_PPP_ETHER:
      return decodePpp(view, offset + PPPOE_BYTES, end, packet);
    case LINKTYPE_PPP_WITH_DIR:
      return decodePpp(view, offset + DIRECTION_BYTES, end, packet);
    case LINKTYPE_C_HDLC:
      if (end - offset < C_HDLC_BYTES) return TRUNCATED;
      return followEtherType(view, offset + C_HDLC_BYTES, end, view.getUint16(offset + C_HDLC_TYPE), packet);
    case LINKTYPE_IPOIB:
      if (end - offset < IPOIB_BYTES) return TRUNCATED;
      return followEtherType(view, offset + IPOIB_BYTES, end, view.getUint16(offset + IPOIB_TYPE), packet);
    case LINKTYPE_WLAN:
      return followWlan(view, offset, end, false, packet);
    case LINKTYPE_RADIOTAP:
      return followRadiotap(view, offset, end, packet);
    case LINKTYPE_NFLOG:
      return decodeNflog(view, offset, end, packet);
    case LINKTYPE_PPI: {
      if (end - offset < PPI_BYTES) return TRUNCATED;
      const bytes = view.getUint16(offset + PPI_LENGTH, true);
      const inner = view.getUint32(offset + PPI_LINK_TYPE, true);
      return decodeInner(view, offset, bytes, PPI_BYTES, end, inner, packet);
    }
    case LINKTYPE_PKTAP:
    case LINKTYPE_USER2: {
      if (end - offset < PKTAP_BYTES) return TRUNCATED;
      const bytes = view.getUint32(offset + PKTAP_LENGTH, true);
      const inner = view.getUint32(offset + PKTAP_LINK_TYPE, true);
      return decodeInner(view, offset, bytes, PKTAP_BYTES, end, inner, packet);
    }
    default:
      return unsupported(linkType);
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

/** A frame of another link type, after a header that says that it has `bytes` bytes, at least `least`. */
function decodeInner(
  view: DataView,
  offset: number,
  bytes: number,
  least: number,
  end: number,
  linkType: number,
  packet: PacketFields,
): Fault | null {
  if (bytes < least || LINK_TYPES_AROUND_OTHERS.has(linkType)) return BAD_HEADER;
  if (end - offset < bytes) return TRUNCATED;
  return decodeLinkLayer(view, offset + bytes, end, linkType, packet);
}

/** Linux netfilter's log: lengths and types in the byte order of the machine, then the IP packet as the payload. */
function decodeNflog(view: DataView, offset: number, end: number, packet: PacketFields): Fault | null {
  let position = offset + NFLOG_BYTES;
  while (end - position >= NFLOG_VALUE) {
    const littleEndian = view.getUint16(position + NFLOG_TYPE, true) <= NFLOG_LARGEST_TYPE;
    const bytes = view.getUint16(position, littleEndian);
    if (bytes < NFLOG_VALUE) return BAD_HEADER;
    if (view.getUint16(position + NFLOG_TYPE, littleEndian) === NFLOG_PAYLOAD)
      return followVersion(view, position + NFLOG_VALUE, end, packet);
    position += Math.ceil(bytes / NFLOG_ALIGNMENT) * NFLOG_ALIGNMENT;
  }
  return TRUNCATED;
}

/**
 * Whether a frame that should begin with an Ethernet header begins with IP: some tools write packets of a tunnel so.
 * The packet must be as long as its header says.
 */
function isBareIp(view: DataView, offset: number, end: number): boolean {
  const bytes = end - offset;
  if (bytes < IPV4_BYTES) return false;
  const first = view.getUint8(offset);
  if (first === 0x45) return view.getUint16(offset + IPV4_TOTAL_LENGTH) === bytes;
  if (first >> 4 !== 6 || bytes < IPV6_BYTES) return false;
  return view.getUint16(offset + IPV6_PAYLOAD_LENGTH) + IPV6_BYTES === bytes;
}
