import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../capture/layers/ip-protocols.js';
import type { PacketFields } from '../../capture/layers/packet-fields.js';

const IPV4_CHECKSUM = 10;
const TCP_CHECKSUM = 16;
const UDP_CHECKSUM = 6;
const ICMPV6_CHECKSUM = 2;
const PROTOCOL_ICMPV6 = 58;

/**
 * Replaces an IP address of a captured packet in place. The checksums of the IPv4 header and of the transport layer
 * are updated if they were captured: correct ones stay correct, wrong ones wrong (RFC 1624, equation 3). A UDP
 * checksum of 0, which means that there is none (RFC 768), stays 0.
 *
 * @param fields of the packet; offsets within `view`
 * @param offset of the address, source or destination
 * @param end first byte that was not captured
 */
export function replaceAddress(
  view: DataView,
  fields: PacketFields,
  offset: number,
  address: Uint8Array,
  end: number,
): void {
  const old = Uint8Array.from(address, (_, at) => view.getUint8(offset + at));
  if (fields.ipVersion === 4) adjust(view, fields.networkOffset + IPV4_CHECKSUM, old, address);
  const transport = fields.isLaterFragment ? null : transportChecksum(view, fields, end);
  if (transport !== null) {
    adjust(view, transport, old, address);
    if (fields.protocol === PROTOCOL_UDP && view.getUint16(transport) === 0)
      view.setUint16(transport, 0xffff);
  }
  address.forEach((byte, at) => view.setUint8(offset + at, byte));
}

/** Offset of the transport layer's checksum; null if it does not cover addresses, was cut off, or does not exist. */
function transportChecksum(
  view: DataView,
  { ipVersion, protocol, transportOffset }: PacketFields,
  end: number,
): number | null {
  const offset =
    protocol === PROTOCOL_TCP
      ? transportOffset + TCP_CHECKSUM
      : protocol === PROTOCOL_UDP
        ? transportOffset + UDP_CHECKSUM
        : protocol === PROTOCOL_ICMPV6 && ipVersion === 6
          ? transportOffset + ICMPV6_CHECKSUM
          : null;
  if (offset === null || offset + 2 > end) return null;
  return protocol === PROTOCOL_UDP && view.getUint16(offset) === 0 ? null : offset;
}

/** HC' = ~(~HC + ~m + m'), over the changed 16-bit words m. */
function adjust(view: DataView, checksumOffset: number, old: Uint8Array, replacement: Uint8Array): void {
  let sum = ~view.getUint16(checksumOffset) & 0xffff;
  for (let at = 0; at < old.length; at += 2) {
    sum += ~((old[at]! << 8) | old[at + 1]!) & 0xffff;
    sum += (replacement[at]! << 8) | replacement[at + 1]!;
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(checksumOffset, ~sum & 0xffff);
}
