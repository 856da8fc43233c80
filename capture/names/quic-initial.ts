import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { QuicLongHeader } from './quic-header.js';
import type { InitialKeys } from './quic-keys.js';

const SAMPLE_BYTES = 16;
const TAG_BYTES = 16;
/** The sample begins where the longest packet number would end. */
const SAMPLE_OFFSET = 4;
const PROTECTED_FIRST_BITS = 0x0f;
const PACKET_NUMBER_BITS = 0x03;

/**
 * Removes header protection and decrypts an Initial packet (RFC 9001 sections 5.3 and 5.4). If the capture cut the
 * packet, the captured part is decrypted without verifying its tag.
 *
 * @returns the frames, or null if the keys do not match the packet or too little was captured
 */
export function openInitial(
  datagram: Uint8Array,
  { start, packetNumberOffset, end }: QuicLongHeader,
  keys: InitialKeys,
): Uint8Array | null {
  const sampleStart = packetNumberOffset + SAMPLE_OFFSET;
  const isWhole = end <= datagram.length;
  const available = Math.min(end, datagram.length);
  if (sampleStart + SAMPLE_BYTES > available) return null;

  const sample = datagram.subarray(sampleStart, sampleStart + SAMPLE_BYTES);
  const mask = createCipheriv('aes-128-ecb', keys.headerKey, null).update(sample);
  const first = datagram[start]! ^ (mask[0]! & PROTECTED_FIRST_BITS);
  const numberBytes = (first & PACKET_NUMBER_BITS) + 1;
  const payloadStart = packetNumberOffset + numberBytes;

  const header = Uint8Array.from(datagram.subarray(start, payloadStart));
  header[0] = first;
  const nonce = Uint8Array.from(keys.iv);
  for (let i = 0; i < numberBytes; i++) {
    const number = datagram[packetNumberOffset + i]! ^ mask[1 + i]!;
    header[packetNumberOffset - start + i] = number;
    // A client's Initial packet numbers start at 0, so the bytes sent are the whole number.
    nonce[nonce.length - numberBytes + i]! ^= number;
  }

  const payloadEnd = isWhole ? end - TAG_BYTES : available;
  if (payloadEnd <= payloadStart) return null;
  const decipher = createDecipheriv('aes-128-gcm', keys.key, nonce).setAAD(header);
  const frames = decipher.update(datagram.subarray(payloadStart, payloadEnd));
  if (!isWhole) return frames;
  decipher.setAuthTag(datagram.subarray(payloadEnd, end));
  try {
    decipher.final();
    return frames;
  } catch {
    return null;
  }
}
