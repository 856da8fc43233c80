import { findBorders, type Borders } from './borders.js';
import { pick, type Draw } from './random.js';

/** Mutants are small, so that many can be decoded per second. */
const MAX_BYTES = 1 << 16;
const MAX_CHANGES = 6;
const PCAP_RECORD_HEADER_BYTES = 16;
const PCAPNG_PACKET_HEADER_BYTES = 28;
const PCAP_CAPTURED_LENGTH = 8;
const PCAPNG_PACKET_BLOCK = 6;
const PCAPNG_CAPTURED_LENGTH = 20;
/** Bytes from a frame's start that contain link layer, IP, transport and the beginning of the payload. */
const FRAME_HEADERS_BYTES = 120;
const MAX_COPIES = 20;
const MAX_INSERTED_BYTES = 40;

/** Offsets of length fields in pcap records and in pcapng blocks. */
const PCAP_LENGTHS = [8, 12];
const PCAPNG_LENGTHS = [4, 8, 20, 24];
/** Offsets of length and protocol fields in a frame: Ethernet; IPv4, IPv6; UDP after IPv4. */
const FRAME_LENGTHS = [12, 14, 16, 18, 20, 22, 34, 38, 42, 46, 54];
const WRONG_LENGTHS = [0, 1, 3, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
/** Link types that the decoder supports, and one that it does not. */
const LINK_TYPES = [
  0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 108, 113, 127, 147, 192, 204, 228, 229, 239, 242, 258, 276,
];
const PCAP_LINK_TYPE = 20;
const PCAPNG_LINK_TYPE = 8;

type Change = (bytes: Uint8Array, borders: Borders, draw: Draw, other: Uint8Array) => Uint8Array;

const CHANGES: readonly Change[] = [
  flipBit,
  setByte,
  setFrameByte,
  setFrameByte,
  setFrameByte,
  setFrameByte,
  corruptFrameLength,
  corruptFrameLength,
  corruptFrameLength,
  corruptRecordLength,
  cut,
  snap,
  snap,
  repeatRecords,
  dropRecords,
  spliceIn,
  insertRandomBytes,
  changeLinkType,
];

/**
 * A damaged copy of a capture: some bits, bytes and lengths are changed, records are dropped, repeated or taken
 * from another capture, the end is cut off.
 */
export function mutate(original: Uint8Array, other: Uint8Array, draw: Draw): Uint8Array {
  let bytes = Uint8Array.from(original);
  for (let changes = 1 + draw(MAX_CHANGES); changes > 0 && bytes.length > 0; changes--) {
    bytes = Uint8Array.from(
      pick(draw, CHANGES)(bytes, findBorders(bytes), draw, other).subarray(0, MAX_BYTES),
    );
  }
  return bytes;
}

function flipBit(bytes: Uint8Array, _: Borders, draw: Draw): Uint8Array {
  bytes[draw(bytes.length)]! ^= 1 << draw(8);
  return bytes;
}

function setByte(bytes: Uint8Array, _: Borders, draw: Draw): Uint8Array {
  bytes[draw(bytes.length)] = draw(256);
  return bytes;
}

function setFrameByte(bytes: Uint8Array, borders: Borders, draw: Draw): Uint8Array {
  const offset = pickFrame(borders, draw) + draw(FRAME_HEADERS_BYTES);
  if (offset < bytes.length) bytes[offset] = pick(draw, [0, 0xff, draw(256)]);
  return bytes;
}

function corruptFrameLength(bytes: Uint8Array, borders: Borders, draw: Draw): Uint8Array {
  return corruptNumber(bytes, pickFrame(borders, draw) + pick(draw, FRAME_LENGTHS), false, draw);
}

function corruptRecordLength(
  bytes: Uint8Array,
  { isPcapng, offsets, littleEndian }: Borders,
  draw: Draw,
): Uint8Array {
  const offset = pick(draw, offsets) + pick(draw, isPcapng ? PCAPNG_LENGTHS : PCAP_LENGTHS);
  return corruptNumber(bytes, draw(4) === 0 ? draw(bytes.length) : offset, littleEndian, draw);
}

/** Overwrites a 16-bit or 32-bit number with a wrong one. */
function corruptNumber(bytes: Uint8Array, offset: number, littleEndian: boolean, draw: Draw): Uint8Array {
  const view = new DataView(bytes.buffer);
  const isWide = draw(2) === 0;
  if (offset + (isWide ? 4 : 2) > bytes.length) return bytes;
  const present = isWide ? view.getUint32(offset, littleEndian) : view.getUint16(offset, littleEndian);
  const value = pick(draw, [...WRONG_LENGTHS, present - 1, present + 1, present * 2, bytes.length]);
  if (isWide) view.setUint32(offset, value, littleEndian);
  else view.setUint16(offset, value, littleEndian);
  return bytes;
}

function pickFrame({ isPcapng, offsets }: Borders, draw: Draw): number {
  return pick(draw, offsets) + (isPcapng ? PCAPNG_PACKET_HEADER_BYTES : PCAP_RECORD_HEADER_BYTES);
}

function cut(bytes: Uint8Array, _: Borders, draw: Draw): Uint8Array {
  return bytes.subarray(0, draw(bytes.length + 1));
}

/** Cuts all frames, or those from a random record on, to a snap length. */
function snap(bytes: Uint8Array, borders: Borders, draw: Draw): Uint8Array {
  const { isPcapng, offsets, littleEndian } = borders;
  const view = new DataView(bytes.buffer);
  const snapLength = draw(FRAME_HEADERS_BYTES);
  const first = draw(2) === 0 ? 0 : draw(offsets.length);
  const parts = [bytes.subarray(0, offsets[first])];
  for (let record = first; record < offsets.length - 1; record++) {
    const start = offsets[record]!;
    let end = offsets[record + 1]!;
    const place = start + (isPcapng ? PCAPNG_CAPTURED_LENGTH : PCAP_CAPTURED_LENGTH);
    const isPacket = !isPcapng || view.getUint32(start, littleEndian) === PCAPNG_PACKET_BLOCK;
    if (isPacket && place + 4 <= end && view.getUint32(place, littleEndian) > snapLength) {
      view.setUint32(place, snapLength, littleEndian);
      // A block of pcapng may be longer than its packet.
      if (!isPcapng) end = start + PCAP_RECORD_HEADER_BYTES + snapLength;
    }
    parts.push(bytes.subarray(start, end));
  }
  return joined(...parts, bytes.subarray(offsets.at(-1)));
}

function repeatRecords(bytes: Uint8Array, { offsets }: Borders, draw: Draw): Uint8Array {
  const [start, end] = range(offsets, draw);
  const copies = Array.from({ length: 1 + draw(MAX_COPIES) }, () => bytes.subarray(start, end));
  return joined(bytes.subarray(0, end), ...copies, bytes.subarray(end));
}

function dropRecords(bytes: Uint8Array, { offsets }: Borders, draw: Draw): Uint8Array {
  const [start, end] = range(offsets, draw);
  return joined(bytes.subarray(0, start), bytes.subarray(end));
}

function spliceIn(bytes: Uint8Array, { offsets }: Borders, draw: Draw, other: Uint8Array): Uint8Array {
  const at = pick(draw, offsets);
  const [start, end] = range(findBorders(other).offsets, draw);
  const rest = draw(2) === 0 ? bytes.subarray(at) : bytes.subarray(0, 0);
  return joined(bytes.subarray(0, at), other.subarray(start, end), rest);
}

function insertRandomBytes(bytes: Uint8Array, { offsets }: Borders, draw: Draw): Uint8Array {
  const at = draw(2) === 0 ? pick(draw, offsets) : draw(bytes.length);
  const inserted = Uint8Array.from({ length: draw(MAX_INSERTED_BYTES) }, () => draw(256));
  return joined(bytes.subarray(0, at), inserted, bytes.subarray(at));
}

function changeLinkType(
  bytes: Uint8Array,
  { isPcapng, offsets, littleEndian }: Borders,
  draw: Draw,
): Uint8Array {
  const offset = isPcapng ? pick(draw, offsets) + PCAPNG_LINK_TYPE : PCAP_LINK_TYPE;
  if (offset + 2 > bytes.length) return bytes;
  new DataView(bytes.buffer).setUint16(offset, pick(draw, LINK_TYPES), littleEndian);
  return bytes;
}

function range(offsets: readonly number[], draw: Draw): [start: number, end: number] {
  const first = draw(offsets.length);
  const last = Math.min(offsets.length - 1, first + 1 + draw(3));
  return [offsets[first]!, offsets[last]!];
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
