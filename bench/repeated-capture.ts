import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { openContent } from '../capture/formats/capture-content.js';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const CAPTURED_LENGTH = 8;
const ETHERTYPE = 12;
const ETHERTYPE_IPV4 = 0x0800;
const SOURCE_ADDRESS = 26;
const DESTINATION_ADDRESS = 30;
/** 192.168. */
const PRIVATE_PREFIX = 0xc0a8;
const MAGICS_LITTLE_ENDIAN: ReadonlySet<number> = new Set([0xa1b2c3d4, 0xa1b23c4d]);
const MAGICS_BIG_ENDIAN: ReadonlySet<number> = new Set([0xd4c3b2a1, 0x4d3cb2a1]);

/** The repeated capture on disk. */
export interface RepeatedCapture {
  readonly packets: number;
  readonly bytes: number;
}

/**
 * Repeats a classic pcap (plain or gzip) in one file. Each repetition is later by the duration of the capture and at least
 * a second, so that timestamps keep increasing.
 *
 * @param isOtherClient true: every repetition moves the addresses of 192.168.0.0/16 to another subnet, so that it has
 *   separate clients, flows and sessions; for IPv4 on Ethernet
 * @throws Error if the capture is not classic pcap
 */
export async function writeRepeatedCapture(
  source: string,
  target: string,
  times: number,
  isOtherClient = false,
): Promise<RepeatedCapture> {
  const content = await readContent(source);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const littleEndian = isLittleEndian(view.getUint32(0, true));
  const body = content.subarray(FILE_HEADER_BYTES);
  const records: number[] = [];
  let firstSecond = Infinity;
  let lastSecond = -Infinity;
  for (let start = FILE_HEADER_BYTES; start + RECORD_HEADER_BYTES <= content.length;) {
    const second = view.getUint32(start, littleEndian);
    firstSecond = Math.min(firstSecond, second);
    lastSecond = Math.max(lastSecond, second);
    records.push(start);
    start += RECORD_HEADER_BYTES + view.getUint32(start + CAPTURED_LENGTH, littleEndian);
  }
  const periodSeconds = lastSecond - firstSecond + 2;

  const output = createWriteStream(target);
  output.write(Buffer.from(content.subarray(0, FILE_HEADER_BYTES)));
  for (let time = 0; time < times; time++) {
    const writable = output.write(Buffer.from(body));
    for (const start of records) {
      view.setUint32(start, view.getUint32(start, littleEndian) + periodSeconds, littleEndian);
      if (isOtherClient) moveClients(view, start + RECORD_HEADER_BYTES);
    }
    if (!writable) await once(output, 'drain');
  }
  output.end();
  await finished(output);
  return { packets: records.length * times, bytes: FILE_HEADER_BYTES + body.length * times };
}

/** Moves the private addresses of a frame to the next subnet. */
function moveClients(view: DataView, frame: number): void {
  if (view.getUint16(frame + ETHERTYPE) !== ETHERTYPE_IPV4) return;
  for (const address of [frame + SOURCE_ADDRESS, frame + DESTINATION_ADDRESS]) {
    if (view.getUint16(address) === PRIVATE_PREFIX)
      view.setUint8(address + 2, view.getUint8(address + 2) + 1);
  }
}

async function readContent(path: string): Promise<Uint8Array> {
  const { chunks } = await openContent(createReadStream(path));
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

function isLittleEndian(magic: number): boolean {
  if (MAGICS_LITTLE_ENDIAN.has(magic)) return true;
  if (MAGICS_BIG_ENDIAN.has(magic)) return false;
  throw new Error('only classic pcap can be repeated');
}
