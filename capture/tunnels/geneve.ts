import { followEtherType } from '../layers/ether-types.js';
import type { Fault } from '../layers/faults.js';
import { decodeLinkLayer, LINKTYPE_ETHERNET } from '../layers/link-layer.js';
import type { PacketFields } from '../layers/packet-fields.js';
import { NOT_A_TUNNEL, type TunnelEntry } from './tunnel-entry.js';

export const GENEVE_PORT = 6081;

const VERSION_AND_OPTIONS = 0;
const FLAGS = 1;
const PROTOCOL_TYPE = 2;
const NETWORK_AND_RESERVED = 4;
const HEADER_BYTES = 8;

const VERSION_SHIFT = 6;
const OPTIONS_MASK = 0x3f;
const OPTIONS_UNIT_BYTES = 4;
const RESERVED_FLAGS_MASK = 0x3f;
const RESERVED_MASK = 0xff;
const CONTROL_FLAG = 0x80;
const TYPE_ETHERNET = 0x6558;

const TRUNCATED: Fault = { layer: 'geneve', kind: 'truncated' };

/**
 * Geneve (RFC 8926, section 3.4): Ethernet or another EtherType after the options. Another version, control packets
 * and reserved bits that are set indicate other traffic on the port.
 *
 * @param end first byte that was not captured or is after the tunnel's data
 */
export function enterGeneve(view: DataView, offset: number, end: number, packet: PacketFields): TunnelEntry {
  if (end - offset < HEADER_BYTES) return NOT_A_TUNNEL;
  const versionAndOptions = view.getUint8(offset + VERSION_AND_OPTIONS);
  const flags = view.getUint8(offset + FLAGS);
  if (versionAndOptions >> VERSION_SHIFT !== 0) return NOT_A_TUNNEL;
  if ((flags & (CONTROL_FLAG | RESERVED_FLAGS_MASK)) !== 0) return NOT_A_TUNNEL;
  if ((view.getUint32(offset + NETWORK_AND_RESERVED) & RESERVED_MASK) !== 0) return NOT_A_TUNNEL;
  const inside = offset + HEADER_BYTES + (versionAndOptions & OPTIONS_MASK) * OPTIONS_UNIT_BYTES;
  if (end < inside) return TRUNCATED;
  const type = view.getUint16(offset + PROTOCOL_TYPE);
  return type === TYPE_ETHERNET
    ? decodeLinkLayer(view, inside, end, LINKTYPE_ETHERNET, packet)
    : followEtherType(view, inside, end, type, packet);
}
