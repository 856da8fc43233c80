import { openContent } from './capture-content.js';
import { PcapReader } from './pcap-reader.js';
import { SECTION_HEADER_BLOCK } from './pcapng-reader.js';

const MAGIC_BYTES = 4;

/** Whether content, decompressed if it is gzip, begins like a pcap or pcapng file. Reads only these first bytes. */
export async function looksLikeCapture(source: AsyncIterable<Uint8Array>): Promise<boolean> {
  const { chunks } = await openContent(source);
  const head = new DataView(new ArrayBuffer(MAGIC_BYTES));
  let length = 0;
  for await (const chunk of chunks) {
    for (const byte of chunk.subarray(0, MAGIC_BYTES - length)) head.setUint8(length++, byte);
    if (length === MAGIC_BYTES) break;
  }
  if (length < MAGIC_BYTES) return false;
  const magic = head.getUint32(0);
  return magic === SECTION_HEADER_BLOCK || PcapReader.forMagic(magic) !== null;
}
