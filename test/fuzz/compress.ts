import { crc32, gzipSync } from 'node:zlib';
import { pick, type Draw } from './random.js';

/** Longest uncompressed block of Zstandard and of LZMA2, in bytes. */
const ZSTD_BLOCK_BYTES = 1 << 17;
const LZMA2_CHUNK_BYTES = 1 << 16;

/**
 * Compresses the bytes as gzip, Zstandard or xz, in one piece or two. Node 20 writes gzip alone: blocks of the others hold the bytes
 * as they are, or one byte that repeats, so that their containers are read. The fuzzer of datasets reads compressed blocks.
 */
export function compress(bytes: Uint8Array, draw: Draw): Uint8Array {
  const border = draw(2) === 0 ? 0 : draw(bytes.length + 1);
  const parts = border === 0 ? [bytes] : [bytes.subarray(0, border), bytes.subarray(border)];
  const one = pick(draw, [(part: Uint8Array) => gzipSync(part, { level: 1 }), zstdFrame, xzStream]);
  return Uint8Array.from(Buffer.concat(parts.map(one)));
}

/** A frame of RFC 8878, without a checksum. */
export function zstdFrame(bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32LE(0xfd2fb528, 0);
  // One segment, whose length has 8 bytes.
  header[4] = 0b1110_0000;
  header.writeBigUInt64LE(BigInt(bytes.length), 5);
  const blocks = pieces(bytes, ZSTD_BLOCK_BYTES).map((piece, at, { length }) => {
    const isRepeated = piece.length > 1 && piece.every((byte) => byte === piece[0]);
    const block = Buffer.alloc(3);
    block.writeUIntLE((piece.length << 3) | (isRepeated ? 2 : 0) | (at === length - 1 ? 1 : 0), 0, 3);
    return Buffer.concat([block, isRepeated ? piece.subarray(0, 1) : piece]);
  });
  return Buffer.concat([header, ...blocks]);
}

/** A stream of one block of the .xz format, with CRC32. */
export function xzStream(bytes: Uint8Array): Buffer {
  const flags = Buffer.from([0, 1]);
  const header = Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), flags, crc(flags)]);
  // A header of 12 bytes; one filter, LZMA2, with a dictionary of 4 KiB (its number is 0).
  const blockHeader = Buffer.from([2, 0, 0x21, 1, 0, 0, 0, 0]);
  const chunks = pieces(bytes, LZMA2_CHUNK_BYTES).flatMap((piece, at) => {
    if (piece.length === 0) return [];
    const size = Buffer.alloc(2);
    size.writeUInt16BE(piece.length - 1);
    return [Buffer.from([at === 0 ? 1 : 2]), size, piece];
  });
  const block = Buffer.concat([blockHeader, crc(blockHeader), ...chunks, Buffer.from([0])]);
  const unpadded = block.length + 4;
  const index = padded(Buffer.from([0, 1, ...variable(unpadded), ...variable(bytes.length)]));
  const end = Buffer.alloc(6);
  // The length of the index with its CRC, in words, less one.
  end.writeUInt32LE(index.length / 4, 0);
  end.set(flags, 4);
  return Buffer.concat([
    header,
    padded(block),
    crc(bytes),
    index,
    crc(index),
    crc(end),
    end,
    Buffer.from('YZ'),
  ]);
}

/** The bytes in pieces of at most `most`; one empty piece if there are none. */
function pieces(bytes: Uint8Array, most: number): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / most));
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * most, (at + 1) * most));
}

function crc(bytes: Uint8Array): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(bytes));
  return sum;
}

/** With zeros, to a multiple of four bytes. */
function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** A number in groups of seven bits, the lowest first. */
function variable(number: number): number[] {
  return number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...variable(number >>> 7)];
}
