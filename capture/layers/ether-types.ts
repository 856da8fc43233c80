import type { Fault } from './faults.js';
import type { PacketFields } from './packet-fields.js';

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_IPV6 = 0x86dd;
const ETHERTYPE_VLAN = 0x8100;
const ETHERTYPE_QINQ = 0x88a8;
const ETHERTYPE_QINQ_OLD = 0x9100;
const ETHERTYPE_QINQ_OLDER = 0x9200;
const ETHERTYPE_VN_TAG = 0x8926;
const ETHERTYPE_MPLS = 0x8847;
const ETHERTYPE_MPLS_MULTICAST = 0x8848;
const ETHERTYPE_PPPOE_SESSION = 0x8864;
/** Smaller values are the length of an IEEE 802.3 frame. */
const FIRST_ETHERTYPE = 0x0600;

const VLAN_INNER_TYPE = 2;
const VLAN_BYTES = 4;
const VN_TAG_INNER_TYPE = 4;
const VN_TAG_BYTES = 6;

const MPLS_LABEL_BYTES = 4;
const MPLS_BOTTOM_OF_STACK = 0x100;
const CONTROL_WORD_BYTES = 4;
/** Version 4 and a header of 20 to 60 bytes. */
const FIRST_IPV4_BYTE = 0x45;
const LAST_IPV4_BYTE = 0x4f;

const ETHERNET_TYPE = 12;
const ETHERNET_BYTES = 14;

const PPPOE_HEADER_BYTES = 6;
const PPP_TYPE_BYTES = 2;
const PPP_IPV4 = 0x0021;
const PPP_IPV6 = 0x0057;

const SNAP_BYTES = 8;
const SNAP_TYPE = 6;
/** DSAP, SSAP, control and the first octet of the organisation: an EtherType follows. */
const SNAP_ETHERTYPE_PREFIX = 0xaaaa0300;

const TRUNCATED: Fault = { layer: 'link', kind: 'truncated' };
const NOT_IP: Fault = { layer: 'link', kind: 'not-ip' };

/**
 * Skips tags, labels and PPPoE up to an IP header: IEEE 802.1Q and 802.1ad, VN-Tag, MPLS (RFC 3032), PPPoE sessions
 * (RFC 2516), SNAP. Fills `etherType` (IPv4 or IPv6) and `networkOffset`.
 *
 * @param offset first byte after the type field
 * @param end first byte that was not captured
 */
export function followEtherType(
  view: DataView,
  offset: number,
  end: number,
  etherType: number,
  packet: PacketFields,
): Fault | null {
  let type = etherType;
  let position = offset;
  for (;;) {
    switch (type) {
      case ETHERTYPE_IPV4:
      case ETHERTYPE_IPV6:
        packet.etherType = type;
        packet.networkOffset = position;
        return null;
      case ETHERTYPE_VLAN:
      case ETHERTYPE_QINQ:
      case ETHERTYPE_QINQ_OLD:
      case ETHERTYPE_QINQ_OLDER:
        if (end - position < VLAN_BYTES) return TRUNCATED;
        type = view.getUint16(position + VLAN_INNER_TYPE);
        position += VLAN_BYTES;
        break;
      case ETHERTYPE_VN_TAG:
        if (end - position < VN_TAG_BYTES) return TRUNCATED;
        type = view.getUint16(position + VN_TAG_INNER_TYPE);
        position += VN_TAG_BYTES;
        break;
      case ETHERTYPE_PPPOE_SESSION:
        return followPpp(view, position + PPPOE_HEADER_BYTES, end, packet);
      case ETHERTYPE_MPLS:
      case ETHERTYPE_MPLS_MULTICAST:
        return followMpls(view, position, end, packet);
      default:
        if (type >= FIRST_ETHERTYPE || end - position < SNAP_BYTES) return NOT_IP;
        if (view.getUint32(position) !== SNAP_ETHERTYPE_PREFIX) return NOT_IP;
        type = view.getUint16(position + SNAP_TYPE);
        if (type < FIRST_ETHERTYPE) return NOT_IP;
        position += SNAP_BYTES;
    }
  }
}

/**
 * Reads a PPP protocol field (RFC 1661, section 2) up to the IP header after it. The field has two bytes, or one if
 * the link compresses it (section 6.5): only its last byte is odd.
 */
export function followPpp(view: DataView, offset: number, end: number, packet: PacketFields): Fault | null {
  if (end - offset < PPP_TYPE_BYTES) return TRUNCATED;
  const first = view.getUint8(offset);
  const isCompressed = (first & 1) === 1;
  const protocol = isCompressed ? first : view.getUint16(offset);
  if (protocol !== PPP_IPV4 && protocol !== PPP_IPV6) return NOT_IP;
  packet.etherType = protocol === PPP_IPV4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
  packet.networkOffset = offset + (isCompressed ? 1 : PPP_TYPE_BYTES);
  return null;
}

/** Reads a packet without a type field by the version in its first byte, as in raw IP and MPLS. */
export function followVersion(
  view: DataView,
  offset: number,
  end: number,
  packet: PacketFields,
): Fault | null {
  if (end <= offset) return TRUNCATED;
  const version = view.getUint8(offset) >> 4;
  if (version !== 4 && version !== 6) return NOT_IP;
  packet.etherType = version === 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
  packet.networkOffset = offset;
  return null;
}

/**
 * Below the labels is an IP packet, or an Ethernet frame of a pseudowire, after a control word (RFC 4448, RFC 4385) or
 * without one. Nothing says which: the first four bits of the control word are 0, and those of IP its version.
 */
function followMpls(view: DataView, offset: number, end: number, packet: PacketFields): Fault | null {
  let position = offset;
  for (;;) {
    if (end - position < MPLS_LABEL_BYTES) return TRUNCATED;
    const label = view.getUint32(position);
    position += MPLS_LABEL_BYTES;
    if ((label & MPLS_BOTTOM_OF_STACK) === 0) continue;
    if (end <= position) return TRUNCATED;
    const first = view.getUint8(position);
    if ((first >= FIRST_IPV4_BYTE && first <= LAST_IPV4_BYTE) || first >> 4 === 6)
      return followVersion(view, position, end, packet);
    const behindControlWord =
      first >> 4 === 0 ? followFrame(view, position + CONTROL_WORD_BYTES, end, packet) : NOT_IP;
    return behindControlWord === null ? null : followFrame(view, position, end, packet);
  }
}

/** Follows an Ethernet frame. */
export function followFrame(view: DataView, offset: number, end: number, packet: PacketFields): Fault | null {
  if (end - offset < ETHERNET_BYTES) return TRUNCATED;
  return followEtherType(view, offset + ETHERNET_BYTES, end, view.getUint16(offset + ETHERNET_TYPE), packet);
}
