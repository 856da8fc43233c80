import type { Fault } from './faults.js';
import type { PacketFields } from './packet-fields.js';

const VERSION_AND_HEADER_LENGTH = 0;
const TOTAL_LENGTH = 2;
const IDENTIFICATION = 4;
const FLAGS_AND_FRAGMENT_OFFSET = 6;
const PROTOCOL = 9;
const SOURCE_ADDRESS = 12;
const DESTINATION_ADDRESS = 16;
const MIN_HEADER_BYTES = 20;

const HEADER_LENGTH_MASK = 0x0f;
const HEADER_LENGTH_UNIT_BYTES = 4;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET_MASK = 0x1fff;
const FRAGMENT_OFFSET_UNIT_BYTES = 8;

const TRUNCATED: Fault = { layer: 'ipv4', kind: 'truncated' };
const BAD_VERSION: Fault = { layer: 'ipv4', kind: 'bad-version' };
const BAD_HEADER_LENGTH: Fault = { layer: 'ipv4', kind: 'bad-header-length' };
const BAD_TOTAL_LENGTH: Fault = { layer: 'ipv4', kind: 'bad-total-length' };

/**
 * Reads an IPv4 header (RFC 791, section 3.1) at `packet.networkOffset`. A total length of 0, which segmentation
 * offload produces, means up to the end of the frame on the wire. Options may be cut off.
 *
 * @param end first byte that was not captured
 * @param wireEnd end of the frame if all of it had been captured
 */
export function decodeIpv4(view: DataView, end: number, wireEnd: number, packet: PacketFields): Fault | null {
  const offset = packet.networkOffset;
  if (end - offset < MIN_HEADER_BYTES) return TRUNCATED;
  const versionAndLength = view.getUint8(offset + VERSION_AND_HEADER_LENGTH);
  if (versionAndLength >> 4 !== 4) return BAD_VERSION;
  const headerBytes = (versionAndLength & HEADER_LENGTH_MASK) * HEADER_LENGTH_UNIT_BYTES;
  if (headerBytes < MIN_HEADER_BYTES) return BAD_HEADER_LENGTH;
  const totalLength = view.getUint16(offset + TOTAL_LENGTH) || wireEnd - offset;
  if (totalLength < headerBytes) return BAD_TOTAL_LENGTH;

  packet.ipVersion = 4;
  const fragment =
    view.getUint16(offset + FLAGS_AND_FRAGMENT_OFFSET) & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK);
  packet.isFragment = fragment !== 0;
  packet.isLaterFragment = false;
  if (fragment !== 0) {
    packet.fragmentId = view.getUint16(offset + IDENTIFICATION);
    packet.fragmentOffsetBytes = (fragment & FRAGMENT_OFFSET_MASK) * FRAGMENT_OFFSET_UNIT_BYTES;
    packet.isLaterFragment = packet.fragmentOffsetBytes > 0;
  }
  packet.protocol = view.getUint8(offset + PROTOCOL);
  packet.sourceAddressOffset = offset + SOURCE_ADDRESS;
  packet.destinationAddressOffset = offset + DESTINATION_ADDRESS;
  packet.transportOffset = offset + headerBytes;
  packet.transportLength = totalLength - headerBytes;
  return null;
}
