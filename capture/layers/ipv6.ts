import type { Fault } from './faults.js';
import type { PacketFields } from './packet-fields.js';

const VERSION = 0;
const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;
const SOURCE_ADDRESS = 8;
const DESTINATION_ADDRESS = 24;
const HEADER_BYTES = 40;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HOST_IDENTITY = 139;
const SHIM6 = 140;

const EXTENSION_NEXT_HEADER = 0;
const EXTENSION_LENGTH = 1;
const EXTENSION_FIXED_BYTES = 2;
const EXTENSION_UNIT_BYTES = 8;
const AUTHENTICATION_UNIT_BYTES = 4;
const AUTHENTICATION_EXTRA_UNITS = 2;
const FRAGMENT_OFFSET = 2;
/** The offset counts 8-byte units and starts at bit 3, so the masked field is the offset in bytes. */
const FRAGMENT_OFFSET_MASK = 0xfff8;
const MORE_FRAGMENTS = 0x0001;
const FRAGMENT_IDENTIFICATION = 4;
const FRAGMENT_BYTES = 8;

const TRUNCATED: Fault = { layer: 'ipv6', kind: 'truncated' };
const BAD_VERSION: Fault = { layer: 'ipv6', kind: 'bad-version' };
/** Addresses are known, the transport layer is not. */
const CUT_EXTENSION: Fault = { layer: 'ipv6', kind: 'truncated-extension' };
const BAD_EXTENSION: Fault = { layer: 'ipv6', kind: 'bad-extension' };

/**
 * Reads an IPv6 header (RFC 8200, section 3) at `packet.networkOffset`. A payload length of 0 (jumbograms,
 * segmentation offload) means up to the end of the frame on the wire.
 *
 * @param end first byte that was not captured
 * @param wireEnd end of the frame if all of it had been captured
 */
export function decodeIpv6(view: DataView, end: number, wireEnd: number, packet: PacketFields): Fault | null {
  const offset = packet.networkOffset;
  if (end - offset < HEADER_BYTES) return TRUNCATED;
  if (view.getUint8(offset + VERSION) >> 4 !== 6) return BAD_VERSION;
  packet.ipVersion = 6;
  packet.isFragment = false;
  packet.isLaterFragment = false;
  packet.protocol = view.getUint8(offset + NEXT_HEADER);
  packet.sourceAddressOffset = offset + SOURCE_ADDRESS;
  packet.destinationAddressOffset = offset + DESTINATION_ADDRESS;
  packet.transportOffset = offset + HEADER_BYTES;
  packet.transportLength =
    view.getUint16(offset + PAYLOAD_LENGTH) || Math.max(0, wireEnd - offset - HEADER_BYTES);
  return null;
}

/**
 * Skips extension headers (RFC 8200, section 4) from `packet.transportOffset`, up to the transport header or the
 * rest of a later fragment. On a fault, `protocol` is the extension that could not be read.
 */
export function skipExtensions(view: DataView, end: number, packet: PacketFields): Fault | null {
  for (;;) {
    const offset = packet.transportOffset;
    let headerBytes: number;
    switch (packet.protocol) {
      case HOP_BY_HOP:
      case ROUTING:
      case DESTINATION_OPTIONS:
      case MOBILITY:
      case HOST_IDENTITY:
      case SHIM6:
        if (end - offset < EXTENSION_FIXED_BYTES) return CUT_EXTENSION;
        headerBytes = (view.getUint8(offset + EXTENSION_LENGTH) + 1) * EXTENSION_UNIT_BYTES;
        break;
      case AUTHENTICATION:
        if (end - offset < EXTENSION_FIXED_BYTES) return CUT_EXTENSION;
        headerBytes =
          (view.getUint8(offset + EXTENSION_LENGTH) + AUTHENTICATION_EXTRA_UNITS) * AUTHENTICATION_UNIT_BYTES;
        break;
      case FRAGMENT:
        if (end - offset < FRAGMENT_BYTES) return CUT_EXTENSION;
        headerBytes = FRAGMENT_BYTES;
        readFragment(view, offset, packet);
        break;
      default:
        return null;
    }
    if (headerBytes > packet.transportLength) return BAD_EXTENSION;
    packet.protocol = view.getUint8(offset + EXTENSION_NEXT_HEADER);
    packet.transportOffset += headerBytes;
    packet.transportLength -= headerBytes;
    if (packet.isLaterFragment) return null;
  }
}

/** Fragment header (RFC 8200, section 4.5). A datagram in one piece (atomic, RFC 6946) is not a fragment. */
function readFragment(view: DataView, offset: number, packet: PacketFields): void {
  const offsetAndFlags = view.getUint16(offset + FRAGMENT_OFFSET);
  packet.fragmentOffsetBytes = offsetAndFlags & FRAGMENT_OFFSET_MASK;
  packet.fragmentId = view.getUint32(offset + FRAGMENT_IDENTIFICATION);
  packet.isFragment = (offsetAndFlags & (FRAGMENT_OFFSET_MASK | MORE_FRAGMENTS)) !== 0;
  packet.isLaterFragment = packet.fragmentOffsetBytes > 0;
}
