import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pcapHeader, pcapRecord } from '../capture/formats/pcap-writer.js';

const LINKTYPE_RAW = 101;
const PACKETS = 3;

/** Writes captures of three UDP packets of one flow, each with another content, below folders of `perFolder`. */
export async function writeTinyCaptures(directory: string, count: number, perFolder = count): Promise<void> {
  for (let index = 0; index < count; index++) {
    const folder = join(directory, String(Math.floor(index / perFolder)).padStart(3, '0'));
    if (index % perFolder === 0) await mkdir(folder, { recursive: true });
    const startUs = (1_700_000_000 + index) * 1_000_000;
    const records = Array.from({ length: PACKETS }, (_, at) => pcapRecord(startUs + at, udpPacket(index)));
    const content = Buffer.concat([pcapHeader({ linkType: LINKTYPE_RAW, snapLength: 65_535 }), ...records]);
    await writeFile(join(folder, `${String(index).padStart(6, '0')}.pcap`), content);
  }
}

function udpPacket(index: number): Buffer {
  const packet = Buffer.alloc(128);
  packet.writeUInt8(0x45, 0);
  packet.writeUInt16BE(packet.length, 2);
  packet.writeUInt8(64, 8);
  packet.writeUInt8(17, 9);
  packet.writeUInt32BE(0x0a000000 + (index % 60_000), 12);
  packet.writeUInt32BE(0xc0000201, 16);
  packet.writeUInt16BE(50_000, 20);
  packet.writeUInt16BE(443, 22);
  packet.writeUInt16BE(packet.length - 20, 24);
  packet.writeUInt32BE(index, 28);
  return packet;
}

/** Bytes of the largest payload in a history: an input, a result, the details of a failure. */
export function largestPayload(history: unknown): number {
  if (history instanceof Uint8Array) return history.length;
  if (typeof history !== 'object' || history === null) return 0;
  return Object.values(history).reduce<number>((most, value) => Math.max(most, largestPayload(value)), 0);
}
