import type { ByteRun } from './byte-run.js';
import { readVarint } from './quic-varint.js';

const PADDING = 0x00;
const PING = 0x01;
const ACK = 0x02;
const ACK_ECN = 0x03;
const CRYPTO = 0x06;
/** In Google's versions T050 and T051; the others have streams there, which an Initial packet must not contain. */
const CRYPTO_GOOGLE = 0x08;

/**
 * Adds the CRYPTO frames of an Initial packet to the handshake stream (RFC 9000 sections 19.1 to 19.3 and 19.6).
 * The other frames allowed in a client's Initial are skipped.
 */
export function collectCryptoFrames(frames: Uint8Array, stream: ByteRun): void {
  let at = 0;
  while (at < frames.length) {
    const type = frames[at++];
    if (type === PADDING || type === PING) continue;
    if (type === ACK || type === ACK_ECN) {
      const end = skipAck(frames, at, type === ACK_ECN);
      if (end === null) return;
      at = end;
    } else if (type === CRYPTO || type === CRYPTO_GOOGLE) {
      const offset = readVarint(frames, at);
      const length = offset && readVarint(frames, offset.end);
      if (!length) return;
      at = length.end + length.value;
      stream.add(offset.value, frames.subarray(length.end, at));
    } else return;
  }
}

/** The offset after an ACK frame's fields; null if the bytes end earlier. */
function skipAck(frames: Uint8Array, start: number, hasEcnCounts: boolean): number | null {
  let at = start;
  let left = 4; // largest acknowledged, delay, number of ranges, first range
  for (let field = 0; field < left; field++) {
    const varint = readVarint(frames, at);
    if (!varint) return null;
    if (field === 2) left += 2 * varint.value + (hasEcnCounts ? 3 : 0);
    at = varint.end;
  }
  return at;
}
