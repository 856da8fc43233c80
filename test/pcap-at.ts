import { pcapHeader } from '../capture/formats/pcap-writer.js';

/** A pcap with one packet of four bytes at a time in seconds, or without a packet. */
export function pcapAt(seconds: number | null): Uint8Array {
  const header = pcapHeader({ linkType: 101, snapLength: 65_535 });
  if (seconds === null) return header;
  const record = Buffer.alloc(20);
  for (const [offset, value] of [
    [0, seconds],
    [8, 4],
    [12, 4],
  ] as const)
    record.writeUInt32LE(value, offset);
  return Buffer.concat([header, record]);
}
