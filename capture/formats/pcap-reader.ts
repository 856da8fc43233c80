import type { ByteQueue } from './byte-queue.js';
import { CaptureFormatError } from './capture-format-error.js';
import type { RecordHandler, RecordReader } from './record-reader.js';

const FILE_HEADER_BYTES = 24;
const VERSION_MAJOR = 4;
const VERSION_MINOR = 6;
const LINK_TYPE = 20;
const LINK_TYPE_MASK = 0xffff;
const SUPPORTED_MAJOR = 2;
/** Files before version 2.3 have the two lengths in the other order; in version 2.3 both orders occur. */
const FIRST_MINOR_IN_ORDER = 4;

const RECORD_SECONDS = 0;
const RECORD_FRACTION = 4;
const RECORD_CAPTURED_LENGTH = 8;
const RECORD_WIRE_LENGTH = 12;
const RECORD_HEADER_BYTES = 16;
/** Alexey Kuznetzov's libpcap added interface index, protocol and packet type. */
const MODIFIED_RECORD_HEADER_BYTES = 24;

/** A record with more captured bytes lies about its length: the limit of libpcap and Wireshark for network packets. */
const MAX_CAPTURED_BYTES = 262_144;

const MICROSECONDS_PER_SECOND = 1_000_000;
const NANOSECONDS_PER_MICROSECOND = 1_000;

interface PcapVariant {
  readonly littleEndian: boolean;
  readonly fractionPerMicrosecond: number;
  readonly recordHeaderBytes: number;
}

const MICROSECONDS = { fractionPerMicrosecond: 1, recordHeaderBytes: RECORD_HEADER_BYTES };
const NANOSECONDS = { ...MICROSECONDS, fractionPerMicrosecond: NANOSECONDS_PER_MICROSECOND };
const MODIFIED = { ...MICROSECONDS, recordHeaderBytes: MODIFIED_RECORD_HEADER_BYTES };

/** By the first four bytes, read big-endian. */
const VARIANTS: ReadonlyMap<number, PcapVariant> = new Map([
  [0xa1b2c3d4, { ...MICROSECONDS, littleEndian: false }],
  [0xd4c3b2a1, { ...MICROSECONDS, littleEndian: true }],
  [0xa1b23c4d, { ...NANOSECONDS, littleEndian: false }],
  [0x4d3cb2a1, { ...NANOSECONDS, littleEndian: true }],
  [0xa1b2cd34, { ...MODIFIED, littleEndian: false }],
  [0x34cdb2a1, { ...MODIFIED, littleEndian: true }],
]);

/**
 * Classic pcap (draft-ietf-opsawg-pcap): either byte order, micro- or nanoseconds, Kuznetzov's variant. Nanoseconds
 * are cut to whole microseconds.
 */
export class PcapReader implements RecordReader {
  readonly format = 'pcap';
  readonly linkTypes = new Set<number>();
  headerRead = false;
  readonly #variant: PcapVariant;
  #linkType = 0;
  #lengthsMaySwap = false;

  /** @returns null if `magic` (the first four bytes, big-endian) is not pcap's */
  static forMagic(magic: number): PcapReader | null {
    const variant = VARIANTS.get(magic);
    return variant ? new PcapReader(variant) : null;
  }

  private constructor(variant: PcapVariant) {
    this.#variant = variant;
  }

  drain(queue: ByteQueue, handler: RecordHandler): boolean {
    if (!this.headerRead) {
      if (queue.length < FILE_HEADER_BYTES) return true;
      this.#readFileHeader(queue);
    }
    const { littleEndian, fractionPerMicrosecond, recordHeaderBytes } = this.#variant;
    const linkType = this.#linkType;
    const lengthsMaySwap = this.#lengthsMaySwap;
    const { view, end } = queue;
    let { start } = queue;
    let wantsMore = true;
    while (wantsMore && end - start >= recordHeaderBytes) {
      let captured = view.getUint32(start + RECORD_CAPTURED_LENGTH, littleEndian);
      let wire = view.getUint32(start + RECORD_WIRE_LENGTH, littleEndian);
      if (lengthsMaySwap && captured > wire) [captured, wire] = [wire, captured];
      if (captured > MAX_CAPTURED_BYTES) {
        queue.skip(start - queue.start);
        throw new CaptureFormatError(`record of ${captured} bytes`, {
          kind: 'lying-length',
          byteOffset: queue.byteOffset,
        });
      }
      const next = start + recordHeaderBytes + captured;
      if (next > end) break;
      const seconds = view.getUint32(start + RECORD_SECONDS, littleEndian);
      const fraction = view.getUint32(start + RECORD_FRACTION, littleEndian);
      const timestampUs =
        seconds * MICROSECONDS_PER_SECOND +
        (fractionPerMicrosecond === 1 ? fraction : Math.floor(fraction / fractionPerMicrosecond));
      const frameStart = start + recordHeaderBytes;
      wantsMore = handler.record(view, frameStart, captured, wire, timestampUs, linkType);
      start = next;
    }
    queue.skip(start - queue.start);
    return wantsMore;
  }

  #readFileHeader(queue: ByteQueue): void {
    const { view, start } = queue;
    const { littleEndian } = this.#variant;
    const major = view.getUint16(start + VERSION_MAJOR, littleEndian);
    const minor = view.getUint16(start + VERSION_MINOR, littleEndian);
    if (major !== SUPPORTED_MAJOR) {
      throw new CaptureFormatError(`pcap version ${major}.${minor}`, {
        kind: 'unsupported-version',
        byteOffset: queue.byteOffset + VERSION_MAJOR,
      });
    }
    this.#lengthsMaySwap = minor < FIRST_MINOR_IN_ORDER;
    this.#linkType = view.getUint32(start + LINK_TYPE, littleEndian) & LINK_TYPE_MASK;
    this.linkTypes.add(this.#linkType);
    this.headerRead = true;
    queue.skip(FILE_HEADER_BYTES);
  }
}
