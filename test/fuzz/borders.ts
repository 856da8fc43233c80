const PCAPNG_MAGIC = 0x0a0d0d0a;
const PCAPNG_BYTE_ORDER = 8;
const PCAPNG_LITTLE = 0x4d3c2b1a;
const BLOCK_LENGTH = 4;
const MIN_BLOCK_BYTES = 12;

const PCAP_LITTLE: ReadonlySet<number> = new Set([0xd4c3b2a1, 0x4d3cb2a1]);
const PCAP_HEADER_BYTES = 24;
const PCAP_CAPTURED_LENGTH = 8;
const PCAP_RECORD_BYTES = 16;

/**
 * Offsets at which the records (pcap) or blocks (pcapng) of a capture begin, and at which the last complete one
 * ends.
 */
export interface Borders {
  readonly isPcapng: boolean;
  readonly littleEndian: boolean;
  readonly offsets: readonly number[];
}

/** Finds the borders as far as the lengths are plausible. Used only by the mutator, so errors are acceptable. */
export function findBorders(bytes: Uint8Array): Borders {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length >= 4 ? view.getUint32(0) : 0;
  const isPcapng = magic === PCAPNG_MAGIC && bytes.length >= MIN_BLOCK_BYTES;
  const littleEndian = isPcapng
    ? view.getUint32(PCAPNG_BYTE_ORDER) === PCAPNG_LITTLE
    : PCAP_LITTLE.has(magic);
  const offsets: number[] = [];
  const headBytes = isPcapng ? MIN_BLOCK_BYTES : PCAP_RECORD_BYTES;
  let offset = isPcapng ? 0 : PCAP_HEADER_BYTES;
  while (offset + headBytes <= bytes.length) {
    offsets.push(offset);
    const length = isPcapng
      ? view.getUint32(offset + BLOCK_LENGTH, littleEndian)
      : PCAP_RECORD_BYTES + view.getUint32(offset + PCAP_CAPTURED_LENGTH, littleEndian);
    if (length < headBytes || offset + length > bytes.length) break;
    offset += length;
  }
  offsets.push(Math.min(offset, bytes.length));
  return { isPcapng, littleEndian, offsets };
}
