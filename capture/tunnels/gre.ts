import { followEtherType } from '../layers/ether-types.js';
import type { Fault } from '../layers/faults.js';
import { decodeLinkLayer, LINKTYPE_ETHERNET, LINKTYPE_PPP } from '../layers/link-layer.js';
import type { PacketFields } from '../layers/packet-fields.js';
import type { TunnelEntry } from './tunnel-entry.js';

const FLAGS = 0;
const PROTOCOL_TYPE = 2;
const MIN_HEADER_BYTES = 4;

const CHECKSUM_PRESENT = 0x8000;
const ROUTING_PRESENT = 0x4000;
const KEY_PRESENT = 0x2000;
const SEQUENCE_PRESENT = 0x1000;
/** Version 1 only (RFC 2637, section 4.1). */
const ACKNOWLEDGMENT_PRESENT = 0x0080;
const VERSION_MASK = 0x0007;
const FIELD_BYTES = 4;

const TYPE_ETHERNET = 0x6558;
const TYPE_PPP = 0x880b;
const TYPE_ERSPAN = 0x88be;
const TYPE_ERSPAN_III = 0x22eb;

const ERSPAN_II_BYTES = 8;
const ERSPAN_III_BYTES = 12;
const ERSPAN_III_FLAGS = 10;
const ERSPAN_III_SUBHEADER_PRESENT = 0x0001;
const ERSPAN_III_SUBHEADER_BYTES = 8;

const TRUNCATED: Fault = { layer: 'gre', kind: 'truncated' };
const UNSUPPORTED: Fault = { layer: 'gre', kind: 'unsupported-version' };

/**
 * GRE (RFC 2784, keys and sequence numbers of RFC 2890) with IP, MPLS, Ethernet (NVGRE, RFC 7637) or ERSPAN types I
 * to III (draft-foschiano-erspan) inside, and version 1 of PPTP (RFC 2637) with PPP. Source routes (RFC 1701) are
 * not supported.
 *
 * @param end first byte that was not captured or is after the tunnel's data
 */
export function enterGre(view: DataView, offset: number, end: number, packet: PacketFields): TunnelEntry {
  if (end - offset < MIN_HEADER_BYTES) return TRUNCATED;
  const flags = view.getUint16(offset + FLAGS);
  const version = flags & VERSION_MASK;
  if (version > 1 || (flags & ROUTING_PRESENT) !== 0) return UNSUPPORTED;
  let inside = offset + MIN_HEADER_BYTES;
  if ((flags & CHECKSUM_PRESENT) !== 0) inside += FIELD_BYTES;
  if ((flags & KEY_PRESENT) !== 0) inside += FIELD_BYTES;
  if ((flags & SEQUENCE_PRESENT) !== 0) inside += FIELD_BYTES;
  if (version === 1 && (flags & ACKNOWLEDGMENT_PRESENT) !== 0) inside += FIELD_BYTES;
  if (end < inside) return TRUNCATED;

  const type = view.getUint16(offset + PROTOCOL_TYPE);
  switch (type) {
    case TYPE_ETHERNET:
      return decodeLinkLayer(view, inside, end, LINKTYPE_ETHERNET, packet);
    case TYPE_PPP:
      return decodeLinkLayer(view, inside, end, LINKTYPE_PPP, packet);
    case TYPE_ERSPAN:
      // Type I has no ERSPAN header, and no sequence number in the GRE header.
      if ((flags & SEQUENCE_PRESENT) !== 0) inside += ERSPAN_II_BYTES;
      return decodeLinkLayer(view, inside, end, LINKTYPE_ETHERNET, packet);
    case TYPE_ERSPAN_III: {
      if (end - inside < ERSPAN_III_BYTES) return TRUNCATED;
      const hasSubheader = (view.getUint16(inside + ERSPAN_III_FLAGS) & ERSPAN_III_SUBHEADER_PRESENT) !== 0;
      inside += ERSPAN_III_BYTES + (hasSubheader ? ERSPAN_III_SUBHEADER_BYTES : 0);
      return decodeLinkLayer(view, inside, end, LINKTYPE_ETHERNET, packet);
    }
    default:
      return followEtherType(view, inside, end, type, packet);
  }
}
