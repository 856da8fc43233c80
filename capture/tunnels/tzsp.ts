import type { Fault } from '../layers/faults.js';
import { decodeLinkLayer, LINKTYPE_ETHERNET, LINKTYPE_WLAN } from '../layers/link-layer.js';
import type { PacketFields } from '../layers/packet-fields.js';
import { NOT_A_TUNNEL, type TunnelEntry } from './tunnel-entry.js';

export const TZSP_PORT = 37_008;

const VERSION = 0;
const TYPE = 1;
const PROTOCOL = 2;
const HEADER_BYTES = 4;
const SUPPORTED_VERSION = 1;
const RECEIVED = 0;
const FOR_TRANSMISSION = 1;
const TAG_PADDING = 0;
const TAG_END = 1;
const TAG_BYTES = 2;

/** Link types by the protocol that is encapsulated. */
const LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [1, LINKTYPE_ETHERNET],
  [18, LINKTYPE_WLAN],
]);

const TRUNCATED: Fault = { layer: 'tzsp', kind: 'truncated' };
const UNSUPPORTED: Fault = { layer: 'tzsp', kind: 'unsupported-protocol' };

/**
 * TaZmen Sniffer Protocol, with which access points and routers mirror their traffic: a frame after a list of tags.
 *
 * @param end first byte that was not captured or is after the tunnel's data
 */
export function enterTzsp(view: DataView, offset: number, end: number, packet: PacketFields): TunnelEntry {
  if (end - offset < HEADER_BYTES || view.getUint8(offset + VERSION) !== SUPPORTED_VERSION)
    return NOT_A_TUNNEL;
  const type = view.getUint8(offset + TYPE);
  if (type !== RECEIVED && type !== FOR_TRANSMISSION) return NOT_A_TUNNEL;
  const linkType = LINK_TYPES.get(view.getUint16(offset + PROTOCOL));
  if (linkType === undefined) return UNSUPPORTED;
  let position = offset + HEADER_BYTES;
  while (position < end) {
    const tag = view.getUint8(position);
    if (tag === TAG_END) return decodeLinkLayer(view, position + 1, end, linkType, packet);
    if (tag === TAG_PADDING) position += 1;
    else if (end - position < TAG_BYTES) return TRUNCATED;
    else position += TAG_BYTES + view.getUint8(position + 1);
  }
  return TRUNCATED;
}
