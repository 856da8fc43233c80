const UDP_BYTES = 8;

/** A UDP header (RFC 768) with checksum 0, which means that none was computed. */
export function udpHeader(sourcePort: number, destinationPort: number, payloadLength: number): Uint8Array {
  const header = new Uint8Array(UDP_BYTES);
  const view = new DataView(header.buffer);
  view.setUint16(0, sourcePort);
  view.setUint16(2, destinationPort);
  view.setUint16(4, UDP_BYTES + payloadLength);
  return header;
}
