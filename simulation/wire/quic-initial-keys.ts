import { Buffer } from 'node:buffer';
import { createCipheriv, createHmac } from 'node:crypto';

/** Salt of QUIC version 1 (RFC 9001, section 5.2). */
const INITIAL_SALT = Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex');
const SECRET_BYTES = 32;
const KEY_BYTES = 16;
const NONCE_BYTES = 12;
const SAMPLE_BYTES = 16;
/** The sample position assumes a packet number of four bytes (RFC 9001, section 5.4.2). */
const SAMPLE_SKIP_BYTES = 4;

/** Keys that protect one side's Initial packets. Any observer of the first packet can derive them. */
export interface QuicInitialKeys {
  readonly key: Buffer;
  readonly iv: Buffer;
  readonly headerProtection: Buffer;
}

/**
 * Derives the keys of Initial packets from the destination connection id of the client's first packet (RFC 9001,
 * section 5.2).
 */
export function quicInitialKeys(connectionId: Uint8Array, side: 'client' | 'server'): QuicInitialKeys {
  const initialSecret = createHmac('sha256', INITIAL_SALT).update(connectionId).digest();
  const secret = expandLabel(initialSecret, `${side} in`, SECRET_BYTES);
  return {
    key: expandLabel(secret, 'quic key', KEY_BYTES),
    iv: expandLabel(secret, 'quic iv', NONCE_BYTES),
    headerProtection: expandLabel(secret, 'quic hp', KEY_BYTES),
  };
}

/**
 * Encrypts a long-header packet with AES-128-GCM and protects its header (RFC 9001, sections 5.3 and 5.4).
 *
 * @param header ends with a packet number of two bytes
 */
export function protectInitial(keys: QuicInitialKeys, header: Uint8Array, payload: Uint8Array): Uint8Array {
  const numberOffset = header.length - 2;
  const nonce = Buffer.from(keys.iv);
  nonce[NONCE_BYTES - 2]! ^= header[numberOffset]!;
  nonce[NONCE_BYTES - 1]! ^= header[numberOffset + 1]!;
  const cipher = createCipheriv('aes-128-gcm', keys.key, nonce);
  cipher.setAAD(header);
  const packet = Buffer.concat([header, cipher.update(payload), cipher.final(), cipher.getAuthTag()]);

  const sample = packet.subarray(numberOffset + SAMPLE_SKIP_BYTES).subarray(0, SAMPLE_BYTES);
  const mask = createCipheriv('aes-128-ecb', keys.headerProtection, null).update(sample);
  packet[0]! ^= mask[0]! & 0x0f;
  packet[numberOffset]! ^= mask[1]!;
  packet[numberOffset + 1]! ^= mask[2]!;
  return packet;
}

/** HKDF-Expand-Label of up to one SHA-256 block (RFC 8446, section 7.1; RFC 5869). */
function expandLabel(secret: Buffer, label: string, length: number): Buffer {
  const full = `tls13 ${label}`;
  const info = Buffer.concat([Buffer.from([0, length, full.length]), Buffer.from(full), Buffer.from([0])]);
  return createHmac('sha256', secret).update(info).update(Uint8Array.of(1)).digest().subarray(0, length);
}
