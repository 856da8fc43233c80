/** Supported compressions. */
export type Compression = 'gzip' | 'bzip2' | 'xz' | 'zstd';

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];
/**
 * After BZh, bzip2 has the level, 1 to 9, and the first digits of pi or of its square root. Text that starts with
 * BZh does not.
 */
const BZIP2_BLOCKS = [
  [0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
  [0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
];

/** The compression of content, detected from its first ten bytes; null if it is not compressed. */
export function compressionOf(head: Uint8Array): Compression | null {
  const starts = (bytes: readonly number[], at = 0): boolean =>
    bytes.every((byte, i) => head[at + i] === byte);
  const [name] = MAGIC.find(([, magic]) => starts(magic)) ?? [null];
  return name === 'bzip2' && !BZIP2_BLOCKS.some((block) => starts(block, 4)) ? null : name;
}
