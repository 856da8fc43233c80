import type { ByteQueue } from './byte-queue.js';
import { openContent } from './capture-content.js';
import { CaptureFormatError } from './capture-format-error.js';
import { containerName } from './container-names.js';
import { PcapReader } from './pcap-reader.js';
import { PcapngReader } from './pcapng-reader.js';
import type { RecordReader } from './record-reader.js';

/** Every format that is read: its reader, or null if the first four bytes (big-endian) are not of the format. */
const FORMATS: readonly ((magic: number) => RecordReader | null)[] = [
  (magic) => PcapReader.forMagic(magic),
  (magic) => PcapngReader.forMagic(magic),
];

const MAGIC_BYTES = 4;
/** Bytes that tell a container. */
const HEAD_BYTES = 512;

function readerFor(magic: number): RecordReader | null {
  for (const format of FORMATS) {
    const reader = format(magic);
    if (reader !== null) return reader;
  }
  return null;
}

/** Error for content that does not begin like a capture. */
export function notACapture(head: Uint8Array = new Uint8Array(0)): CaptureFormatError {
  const name = containerName(head);
  const reason =
    name === null
      ? 'neither pcap nor pcapng, plain or compressed by gzip, xz or zstd (a text export or another format must be converted first): unknown magic'
      : `not a pcap or pcapng file, but ${name}:`;
  return new CaptureFormatError(reason, { kind: 'unknown-magic', byteOffset: 0 });
}

/**
 * The reader for the format that a queue's first bytes indicate; null until there are enough bytes.
 * @throws CaptureFormatError if they are not the start of a capture
 */
export function chooseReader(queue: ByteQueue): RecordReader | null {
  if (queue.length < MAGIC_BYTES) return null;
  const reader = readerFor(queue.view.getUint32(queue.start));
  if (reader === null) {
    throw notACapture(new Uint8Array(queue.view.buffer, queue.start, Math.min(queue.length, HEAD_BYTES)));
  }
  return reader;
}

/** Why the content of a file does not begin like a capture; null: it does. */
export async function faultOfStart(source: AsyncIterable<Uint8Array>): Promise<CaptureFormatError | null> {
  const { chunks } = await openContent(source);
  const head = new Uint8Array(HEAD_BYTES);
  let length = 0;
  for await (const chunk of chunks) {
    const part = chunk.subarray(0, HEAD_BYTES - length);
    head.set(part, length);
    length += part.length;
    if (length === HEAD_BYTES) break;
  }
  const isCapture = length >= MAGIC_BYTES && readerFor(new DataView(head.buffer).getUint32(0)) !== null;
  return isCapture ? null : notACapture(head.subarray(0, length));
}
