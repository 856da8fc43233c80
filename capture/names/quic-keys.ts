import { createHmac } from 'node:crypto';
import type { QuicVersion } from './quic-versions.js';

const HASH = 'sha256';
const KEY_BYTES = 16;
const IV_BYTES = 12;

/** Keys of a client's Initial packets: AES-128-GCM with `key` and `iv`, header protection with `headerKey`. */
export interface InitialKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly headerKey: Uint8Array;
}

/**
 * Derives the keys of a client's Initial packets from public values (RFC 9001 section 5.2; RFC 9369 section 3.3).
 *
 * @param connectionId Destination Connection ID of the client's first Initial packet
 */
export function clientInitialKeys(version: QuicVersion, connectionId: Uint8Array): InitialKeys {
  const initialSecret = hmac(Buffer.from(version.salt, 'hex'), connectionId);
  const secret = expandLabel(initialSecret, 'client in', 32);
  const expand = (label: string, bytes: number) =>
    expandLabel(secret, `${version.labelPrefix} ${label}`, bytes);
  return { key: expand('key', KEY_BYTES), iv: expand('iv', IV_BYTES), headerKey: expand('hp', KEY_BYTES) };
}

/** HKDF-Expand-Label (RFC 8446 section 7.1) with an empty context, up to one hash output long. */
function expandLabel(secret: Uint8Array, label: string, bytes: number): Uint8Array {
  const fullLabel = Buffer.from(`tls13 ${label}`, 'ascii');
  const info = Buffer.concat([Buffer.from([0, bytes, fullLabel.length]), fullLabel, Buffer.from([0, 1])]);
  return hmac(secret, info).subarray(0, bytes);
}

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac(HASH, key).update(data).digest();
}
