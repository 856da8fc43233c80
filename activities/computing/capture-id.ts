import { createHash, createHmac } from 'node:crypto';
import type { RequestThresholds } from '../../schemas/capture.js';

/** Increase by one if the decoder gives other rows, or another content hash, for the same bytes. */
const DECODER_VERSION = 9;

/** Name of the decoder with its thresholds. */
export function decoderName(thresholds: RequestThresholds): string {
  return `${DECODER_VERSION}/tcp>${thresholds.tcpBytes}/udp>${thresholds.udpBytes}`;
}

/** The first 60 bits of a hash over content and decoder, as a decimal string: a key that fits a BIGINT column. */
export function captureIdOf(contentHash: string, decoder: string): string {
  return BigInt(`0x${shortHash(`${contentHash}/${decoder}`)}`).toString();
}

/** The first 60 bits of a text's SHA-256, hexadecimal. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 15);
}

/** Name of a key for anonymising captures: 32 bits of a hash, which tell keys apart and give none away. */
export function anonymiseKeyName(key: Uint8Array): string {
  return createHmac('sha256', key).update('vqi anonymise key').digest('hex').slice(0, 8);
}
