import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { pcapHeader, pcapRecord } from '../capture/formats/pcap-writer.js';
import { measure } from './measure.js';
import { table } from './results.js';

/**
 * Peak memory of an ingest of many flows, or of many DNS messages with one answer each. The captures are synthetic: one
 * client network, one packet per flow or message.
 */
const LINKTYPE_RAW = 101;
const FLUSH_BYTES = 1 << 20;
const MIB = 2 ** 20;

const options = new Command('bench:memory')
  .description('measures the peak memory of ingesting many flows and many DNS messages')
  .option('--rows <n>', 'number of flows, and of DNS messages', Number, 1_000_000)
  .parse(process.argv.slice(3), { from: 'user' })
  .opts<{ rows: number }>();

const folder = await mkdtemp(join(tmpdir(), 'vqi-bench-'));
try {
  const rows: string[][] = [];
  for (const [name, frame] of [
    ['flows', tcpSyn],
    ['DNS responses', dnsResponse],
  ] as const) {
    const capture = join(folder, 'capture.pcap');
    await writeCapture(capture, options.rows, frame);
    const home = join(folder, 'home');
    await mkdir(home);
    const ingest = fileURLToPath(new URL('./vqi-ingest.js', import.meta.url));
    const { cpuSeconds, peakBytes } = await measure([process.execPath, ingest, capture, home]);
    await rm(home, { recursive: true });
    rows.push([
      `${options.rows.toLocaleString('en')} ${name}`,
      cpuSeconds.toFixed(1),
      ((peakBytes ?? NaN) / MIB).toFixed(0),
    ]);
  }
  console.log(table(['capture of', 'CPU s', 'peak MiB'], rows));
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function writeCapture(path: string, count: number, frame: (index: number) => Buffer): Promise<void> {
  const output = createWriteStream(path);
  let parts: Uint8Array[] = [pcapHeader({ linkType: LINKTYPE_RAW, snapLength: 65_535 })];
  let bytes = 0;
  for (let index = 0; index < count; index++) {
    const packet = frame(index);
    const record = pcapRecord(1_700_000_000_000_000 + index, packet);
    parts.push(record);
    bytes += record.length;
    if (bytes < FLUSH_BYTES) continue;
    if (!output.write(Buffer.concat(parts))) await once(output, 'drain');
    parts = [];
    bytes = 0;
  }
  output.end(Buffer.concat(parts));
  await finished(output);
}

/** A SYN from 10.x.y.z to port 443, with a different address for every index. */
function tcpSyn(index: number): Buffer {
  const packet = ipv4(6, 40, index);
  packet.writeUInt16BE(50_000, 20);
  packet.writeUInt16BE(443, 22);
  packet.writeUInt8(0x50, 32);
  packet.writeUInt8(0x02, 33);
  return packet;
}

/** A response with one address record for a unique name, to one of 250 clients. */
function dnsResponse(index: number): Buffer {
  const label = `host-${index.toString().padStart(9, '0')}`;
  const name = Buffer.concat([
    Buffer.from([label.length]),
    Buffer.from(label),
    Buffer.from([3]),
    Buffer.from('com\0'),
  ]);
  const question = Buffer.concat([name, Buffer.from([0, 1, 0, 1])]);
  // The answer's name points to the question's: type A, class IN, 300 s, four bytes.
  const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, index & 0xff]);
  const header = Buffer.from([index >> 8, index, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
  const message = Buffer.concat([header, question, answer]);
  const packet = Buffer.concat([ipv4(17, 28 + message.length, index % 250), message]);
  packet.writeUInt16BE(53, 20);
  packet.writeUInt16BE(40_000, 22);
  packet.writeUInt16BE(8 + message.length, 24);
  return packet;
}

/** Header of a packet of `length` bytes from 10.x.y.z, with room for the TCP or UDP header. */
function ipv4(protocol: 6 | 17, length: number, host: number): Buffer {
  const packet = Buffer.alloc(protocol === 6 ? 40 : 28);
  packet.writeUInt8(0x45, 0);
  packet.writeUInt16BE(length, 2);
  packet.writeUInt8(64, 8);
  packet.writeUInt8(protocol, 9);
  packet.writeUInt32BE(0x0a000000 + host, 12);
  packet.writeUInt32BE(0xc0000201, 16);
  return packet;
}
