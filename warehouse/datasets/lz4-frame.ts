import lz4 from 'lz4js';
import { DatasetError } from '../../common/dataset-error.js';

const MAGIC = 0x184d2204;
const HAS_BLOCK_CHECKSUMS = 0x10;
const HAS_CONTENT_SIZE = 0x08;
const HAS_DICTIONARY_ID = 0x01;
/** Top bit of the size of a block: it is not compressed. */
const IS_RAW = 0x8000_0000;

/**
 * Decompresses an LZ4 frame. Its blocks are walked first, because the library goes on behind the end of the data, for as many bytes as
 * a block claims.
 * @throws DatasetError if a block is not there
 */
export function decompressLz4Frame(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const wordAt = (at: number): number => {
    if (at + 4 > frame.length) throw new DatasetError('LZ4 data ends early');
    return view.getUint32(at, true);
  };
  if (wordAt(0) !== MAGIC) throw new DatasetError('LZ4 data has no header');
  const flags = frame[4] ?? 0;
  const hasFlag = (flag: number): boolean => (flags & flag) !== 0;
  if (hasFlag(HAS_DICTIONARY_ID)) throw new DatasetError('LZ4 data needs a dictionary');
  let at = hasFlag(HAS_CONTENT_SIZE) ? 15 : 7;
  for (let size = wordAt(at); size !== 0; size = wordAt(at)) {
    const bytes = size & ~IS_RAW;
    at += 4 + bytes + (hasFlag(HAS_BLOCK_CHECKSUMS) ? 4 : 0);
    if (bytes < 0 || at > frame.length)
      throw new DatasetError(`LZ4 data claims a block of ${bytes} bytes, and has ${frame.length}`);
  }
  return lz4.decompress(frame);
}
