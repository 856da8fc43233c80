import { pcapHeader, pcapRecord } from '../capture/pcap-writer.js';
import { LINK_TYPE, type SimulatedPacket, SNAP_LENGTH } from './simulated-packet.js';

/** A whole capture file (classic pcap) of the packets, in their order. */
export function captureBytes(packets: readonly SimulatedPacket[]): Uint8Array {
  const parts = packets.map(({ timestampUs, frame, wireLength }) =>
    pcapRecord(timestampUs, frame, wireLength),
  );
  parts.unshift(pcapHeader({ linkType: LINK_TYPE, snapLength: SNAP_LENGTH }));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
