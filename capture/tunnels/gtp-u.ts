import { followVersion } from '../layers/ether-types.js';
import type { Fault } from '../layers/faults.js';
import type { PacketFields } from '../layers/packet-fields.js';
import { NOT_A_TUNNEL, type TunnelEntry } from './tunnel-entry.js';

export const GTP_U_PORT = 2152;

const FLAGS = 0;
const MESSAGE_TYPE = 1;
const LENGTH = 2;
const HEADER_BYTES = 8;
const NEXT_EXTENSION = 11;
const OPTIONAL_BYTES = 4;

/** Version 1, protocol type GTP (not GTP'), and the reserved bit, which is 0. */
const FIXED_BITS_MASK = 0xf8;
const FIXED_BITS = 0x30;
const EXTENSION_FLAG = 0x04;
const OPTIONAL_FLAGS = 0x07;
const G_PDU = 255;

const EXTENSION_UNIT_BYTES = 4;
const NO_EXTENSION = 0;

const TRUNCATED: Fault = { layer: 'gtp', kind: 'truncated' };
const BAD_EXTENSION: Fault = { layer: 'gtp', kind: 'bad-extension' };

/**
 * GTP-U version 1 (3GPP TS 29.281, section 5): a subscriber's IP packet after the header, its optional fields and
 * extension headers. Other message types, and a length that does not match the datagram's, mean that there is no
 * packet inside.
 *
 * @param end first byte that was not captured or is after the tunnel's data
 * @param payloadLength of the UDP datagram
 */
export function enterGtpU(
  view: DataView,
  offset: number,
  end: number,
  payloadLength: number,
  packet: PacketFields,
): TunnelEntry {
  if (end - offset < HEADER_BYTES) return NOT_A_TUNNEL;
  const flags = view.getUint8(offset + FLAGS);
  if ((flags & FIXED_BITS_MASK) !== FIXED_BITS) return NOT_A_TUNNEL;
  if (view.getUint8(offset + MESSAGE_TYPE) !== G_PDU) return NOT_A_TUNNEL;
  // A first fragment of the outer datagram is shorter than the whole.
  if (view.getUint16(offset + LENGTH) + HEADER_BYTES < payloadLength) return NOT_A_TUNNEL;
  let inside = offset + HEADER_BYTES;
  if ((flags & OPTIONAL_FLAGS) !== 0) inside += OPTIONAL_BYTES;
  if (end < inside) return TRUNCATED;
  let next = (flags & EXTENSION_FLAG) !== 0 ? view.getUint8(offset + NEXT_EXTENSION) : NO_EXTENSION;
  while (next !== NO_EXTENSION) {
    if (end <= inside) return TRUNCATED;
    const bytes = view.getUint8(inside) * EXTENSION_UNIT_BYTES;
    if (bytes === 0) return BAD_EXTENSION;
    if (end - inside < bytes) return TRUNCATED;
    inside += bytes;
    next = view.getUint8(inside - 1);
  }
  return followVersion(view, inside, end, packet);
}
