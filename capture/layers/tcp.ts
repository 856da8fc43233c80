import type { Fault } from './faults.js';
import type { PacketFields } from './packet-fields.js';

const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const SEQUENCE = 4;
const ACKNOWLEDGMENT = 8;
const OFFSET_AND_FLAGS = 12;
const WINDOW = 14;
const PORTS_BYTES = 4;
/** Bytes up to and including the window; checksum and urgent pointer are not read and may be cut off. */
const READ_BYTES = 16;
const MIN_HEADER_BYTES = 20;

const FLAGS_MASK = 0x1ff;
const DATA_OFFSET_SHIFT = 12;
const DATA_OFFSET_UNIT_BYTES = 4;

export const TCP_FIN = 0x001;
export const TCP_SYN = 0x002;
export const TCP_RST = 0x004;
export const TCP_ACK = 0x010;

const TRUNCATED: Fault = { layer: 'tcp', kind: 'truncated' };
const BAD_DATA_OFFSET: Fault = { layer: 'tcp', kind: 'bad-data-offset' };

/**
 * Reads a TCP header (RFC 9293, section 3.1) at `packet.transportOffset`. If the header is cut off, the ports are
 * kept if they were captured.
 *
 * @param end first byte that was not captured
 */
export function decodeTcp(view: DataView, end: number, packet: PacketFields): Fault | null {
  const offset = packet.transportOffset;
  const captured = Math.min(end - offset, packet.transportLength);
  if (captured < PORTS_BYTES) return TRUNCATED;
  packet.sourcePort = view.getUint16(offset + SOURCE_PORT);
  packet.destinationPort = view.getUint16(offset + DESTINATION_PORT);
  if (captured < READ_BYTES) return TRUNCATED;
  const offsetAndFlags = view.getUint16(offset + OFFSET_AND_FLAGS);
  const headerBytes = (offsetAndFlags >> DATA_OFFSET_SHIFT) * DATA_OFFSET_UNIT_BYTES;
  if (headerBytes < MIN_HEADER_BYTES || headerBytes > packet.transportLength) return BAD_DATA_OFFSET;
  packet.tcpSeq = view.getUint32(offset + SEQUENCE);
  packet.tcpAck = view.getUint32(offset + ACKNOWLEDGMENT);
  packet.tcpFlags = offsetAndFlags & FLAGS_MASK;
  packet.tcpWindow = view.getUint16(offset + WINDOW);
  packet.payloadOffset = offset + headerBytes;
  packet.payloadLength = packet.transportLength - headerBytes;
  return null;
}
