import type { ByteQueue } from './byte-queue.js';
import { CaptureFormatError, type CaptureFormatErrorKind } from './capture-format-error.js';
import { readInterface, type CaptureInterface } from './pcapng-interface.js';
import { MAX_BLOCK_BYTES, type RecordHandler, type RecordReader } from './record-reader.js';

/** Type of the section header block; the same in either byte order. */
const SECTION_HEADER_BLOCK = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION_BLOCK = 1;
const OBSOLETE_PACKET_BLOCK = 2;
const SIMPLE_PACKET_BLOCK = 3;
const ENHANCED_PACKET_BLOCK = 6;

const BLOCK_TYPE = 0;
const BLOCK_LENGTH = 4;
const BLOCK_BODY = 8;
const BLOCK_TRAILER_BYTES = 4;
const MIN_BLOCK_BYTES = 12;
const BLOCK_ALIGNMENT = 4;

const BYTE_ORDER_MAGIC = 8;
const BYTE_ORDER_BIG = 0x1a2b3c4d;
const BYTE_ORDER_LITTLE = 0x4d3c2b1a;
const SECTION_MAJOR = 12;
const SECTION_MINOR = 14;
const MIN_SECTION_BYTES = 28;
const SUPPORTED_MAJOR = 1;

const ENHANCED_INTERFACE = 8;
/** Fields common to the enhanced and the obsolete packet block. */
const TIMESTAMP_HIGH = 12;
const TIMESTAMP_LOW = 16;
const CAPTURED_LENGTH = 20;
const WIRE_LENGTH = 24;
const PACKET_DATA = 28;
const OBSOLETE_INTERFACE = 8;

/** Maximum interfaces of a section: the obsolete packet block has 16 bits for the index. */
const MAX_INTERFACES = 65_536;

const SIMPLE_WIRE_LENGTH = 8;
const SIMPLE_DATA = 12;

/** pcapng (draft-ietf-opsawg-pcapng): any number of sections and interfaces; blocks of other kinds are skipped. */
export class PcapngReader implements RecordReader {
  readonly format = 'pcapng';
  readonly linkTypes = new Set<number>();
  headerRead = false;
  #littleEndian = true;
  #interfaces: CaptureInterface[] = [];

  /** @returns null if `magic` (the first four bytes, big-endian) is not pcapng's */
  static forMagic(magic: number): PcapngReader | null {
    return magic === SECTION_HEADER_BLOCK ? new PcapngReader() : null;
  }

  drain(queue: ByteQueue, handler: RecordHandler): boolean {
    while (queue.length >= MIN_BLOCK_BYTES) {
      const { view, start } = queue;
      if (view.getUint32(start + BLOCK_TYPE) === SECTION_HEADER_BLOCK) this.#readByteOrder(queue);
      const type = view.getUint32(start + BLOCK_TYPE, this.#littleEndian);
      const length = this.#blockLength(queue);
      if (queue.length < length) return true;
      const bodyEnd = start + length - BLOCK_TRAILER_BYTES;
      if (view.getUint32(bodyEnd, this.#littleEndian) !== length) {
        throw formatError('lying-length', 'block whose two lengths differ', queue);
      }
      const wantsMore = this.#readBlock(type, queue, bodyEnd, handler);
      queue.skip(length);
      if (!wantsMore) return false;
    }
    return true;
  }

  /** @returns false if the handler paused */
  #readBlock(type: number, queue: ByteQueue, bodyEnd: number, handler: RecordHandler): boolean {
    switch (type) {
      case SECTION_HEADER_BLOCK:
        this.#readSection(queue, bodyEnd);
        return true;
      case INTERFACE_DESCRIPTION_BLOCK: {
        if (this.#interfaces.length === MAX_INTERFACES) {
          throw formatError('inconsistent', `more than ${MAX_INTERFACES} interfaces`, queue);
        }
        const described = readInterface(queue, queue.start + BLOCK_BODY, bodyEnd, this.#littleEndian);
        this.#interfaces.push(described);
        this.linkTypes.add(described.linkType);
        return true;
      }
      case ENHANCED_PACKET_BLOCK: {
        this.#needBody(queue, bodyEnd, PACKET_DATA);
        const index = queue.view.getUint32(queue.start + ENHANCED_INTERFACE, this.#littleEndian);
        return this.#readPacket(index, queue, bodyEnd, handler);
      }
      case OBSOLETE_PACKET_BLOCK: {
        this.#needBody(queue, bodyEnd, PACKET_DATA);
        const index = queue.view.getUint16(queue.start + OBSOLETE_INTERFACE, this.#littleEndian);
        return this.#readPacket(index, queue, bodyEnd, handler);
      }
      case SIMPLE_PACKET_BLOCK:
        return this.#readSimplePacket(queue, bodyEnd, handler);
      default:
        return true;
    }
  }

  #readPacket(index: number, queue: ByteQueue, bodyEnd: number, handler: RecordHandler): boolean {
    const { view, start } = queue;
    const { linkType, toMicroseconds } = this.#interface(index, queue);
    const captured = view.getUint32(start + CAPTURED_LENGTH, this.#littleEndian);
    const wire = view.getUint32(start + WIRE_LENGTH, this.#littleEndian);
    if (captured > bodyEnd - start - PACKET_DATA) {
      throw formatError('lying-length', `packet of ${captured} bytes in a smaller block`, queue);
    }
    const timestampUs = toMicroseconds(
      view.getUint32(start + TIMESTAMP_HIGH, this.#littleEndian),
      view.getUint32(start + TIMESTAMP_LOW, this.#littleEndian),
    );
    return handler.record(view, start + PACKET_DATA, captured, wire, timestampUs, linkType);
  }

  #readSimplePacket(queue: ByteQueue, bodyEnd: number, handler: RecordHandler): boolean {
    this.#needBody(queue, bodyEnd, SIMPLE_DATA);
    const { view, start } = queue;
    const { linkType, snapLength } = this.#interface(0, queue);
    const wire = view.getUint32(start + SIMPLE_WIRE_LENGTH, this.#littleEndian);
    const captured = Math.min(wire, snapLength, bodyEnd - start - SIMPLE_DATA);
    return handler.record(view, start + SIMPLE_DATA, captured, wire, NaN, linkType);
  }

  #readByteOrder(queue: ByteQueue): void {
    const magic = queue.view.getUint32(queue.start + BYTE_ORDER_MAGIC);
    if (magic !== BYTE_ORDER_BIG && magic !== BYTE_ORDER_LITTLE) {
      const kind = this.headerRead ? 'inconsistent' : 'unknown-magic';
      throw formatError(kind, 'section without a byte-order magic', queue);
    }
    this.#littleEndian = magic === BYTE_ORDER_LITTLE;
  }

  #readSection(queue: ByteQueue, bodyEnd: number): void {
    this.#needBody(queue, bodyEnd, MIN_SECTION_BYTES - BLOCK_TRAILER_BYTES);
    const major = queue.view.getUint16(queue.start + SECTION_MAJOR, this.#littleEndian);
    const minor = queue.view.getUint16(queue.start + SECTION_MINOR, this.#littleEndian);
    if (major !== SUPPORTED_MAJOR) {
      throw formatError('unsupported-version', `pcapng version ${major}.${minor}`, queue);
    }
    this.#interfaces = [];
    this.headerRead = true;
  }

  #blockLength(queue: ByteQueue): number {
    const length = queue.view.getUint32(queue.start + BLOCK_LENGTH, this.#littleEndian);
    if (length < MIN_BLOCK_BYTES || length > MAX_BLOCK_BYTES || length % BLOCK_ALIGNMENT !== 0) {
      throw formatError('lying-length', `block of ${length} bytes`, queue);
    }
    return length;
  }

  #interface(index: number, queue: ByteQueue): CaptureInterface {
    const found = this.#interfaces[index];
    if (!found) throw formatError('inconsistent', `packet of undescribed interface ${index}`, queue);
    return found;
  }

  /** Fails if a block ends before `offset`, counted from its start. */
  #needBody(queue: ByteQueue, bodyEnd: number, offset: number): void {
    if (bodyEnd - queue.start < offset) {
      throw formatError('lying-length', 'block shorter than its fixed fields', queue);
    }
  }
}

function formatError(kind: CaptureFormatErrorKind, reason: string, queue: ByteQueue): CaptureFormatError {
  return new CaptureFormatError(reason, { kind, byteOffset: queue.byteOffset });
}
