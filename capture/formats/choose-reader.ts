import type { ByteQueue } from './byte-queue.js';
import { CaptureFormatError } from './capture-format-error.js';
import { PcapReader } from './pcap-reader.js';
import { PcapngReader, SECTION_HEADER_BLOCK } from './pcapng-reader.js';
import type { RecordReader } from './record-reader.js';

const MAGIC_BYTES = 4;

/** Error for content that does not begin like a capture. */
export function notACapture(): CaptureFormatError {
  return new CaptureFormatError(
    'neither pcap nor pcapng, plain or gzip (a text export or another format must be converted first): unknown magic',
    { kind: 'unknown-magic', byteOffset: 0 },
  );
}

/**
 * The reader for the format that a queue's first bytes indicate; null until there are enough bytes.
 * @throws CaptureFormatError if they are not the start of a capture
 */
export function chooseReader(queue: ByteQueue): RecordReader | null {
  if (queue.length < MAGIC_BYTES) return null;
  const magic = queue.view.getUint32(queue.start);
  const reader = magic === SECTION_HEADER_BLOCK ? new PcapngReader() : PcapReader.forMagic(magic);
  if (!reader) throw notACapture();
  return reader;
}
