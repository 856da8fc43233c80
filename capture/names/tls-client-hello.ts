import { hostName } from './host-name.js';

const CLIENT_HELLO = 1;
const HEADER_BYTES = 4;
const VERSION_BYTES = 2;
const RANDOM_BYTES = 32;
const EXTENSION_HEADER_BYTES = 4;

const SERVER_NAME = 0;
const SUPPORTED_VERSIONS = 43;
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;

const HOST_NAME = 0;
const FIRST_TLS = 0x0301;
const LAST_TLS = 0x0304;

/** Contents of a ClientHello, as far as it could be read. */
export interface ClientHello {
  /**
   * `whole`: read to its end. `incomplete`: the bytes end earlier. `malformed`: its lengths contradict each other;
   * fields read before that are kept. `other`: not a ClientHello.
   */
  readonly state: 'whole' | 'incomplete' | 'malformed' | 'other';
  /** Host name of the server_name extension, lower case; null if none was read. */
  readonly serverName: string | null;
  /** Highest version offered, as the number on the wire (0x0304 is TLS 1.3); 0 if none was read. */
  readonly version: number;
  /**
   * An encrypted_client_hello extension is present: the name may be that of the provider's outer hello (or the
   * extension may be GREASE; an observer cannot distinguish the two).
   */
  readonly hasEncryptedHello: boolean;
}

/**
 * Reads a complete or incomplete ClientHello from the beginning of a handshake stream (RFC 8446 section 4.1.2;
 * server_name: RFC 6066 section 3; encrypted_client_hello: draft-ietf-tls-esni).
 *
 * @param bytes handshake messages, without record or frame headers
 */
export function readClientHello(bytes: Uint8Array): ClientHello {
  const found = { serverName: null as string | null, version: 0, hasEncryptedHello: false };
  const state = walk(bytes, (type, body) => {
    if (type === SERVER_NAME) found.serverName ??= firstHostName(body);
    else if (type === SUPPORTED_VERSIONS) found.version = Math.max(found.version, highestVersion(body));
    else if (type === ENCRYPTED_CLIENT_HELLO) found.hasEncryptedHello = true;
  });
  if (found.version === 0 && state !== 'other' && bytes.length >= HEADER_BYTES + VERSION_BYTES)
    found.version = uint16(bytes, HEADER_BYTES);
  return { state, ...found };
}

/** Calls `onExtension` for each extension, and returns how reading ended. */
function walk(
  bytes: Uint8Array,
  onExtension: (type: number, body: Uint8Array) => void,
): ClientHello['state'] {
  if (bytes.length > 0 && bytes[0] !== CLIENT_HELLO) return 'other';
  if (bytes.length < HEADER_BYTES) return 'incomplete';
  const end = HEADER_BYTES + (bytes[1]! << 16) + uint16(bytes, 2);
  let at = HEADER_BYTES + VERSION_BYTES + RANDOM_BYTES;
  // Session id, cipher suites, compression methods: vectors with a length of one, two and one bytes.
  for (const lengthBytes of [1, 2, 1]) {
    if (at + lengthBytes > end) return 'malformed';
    if (at + lengthBytes > bytes.length) return 'incomplete';
    at += lengthBytes + (lengthBytes === 1 ? bytes[at]! : uint16(bytes, at));
  }
  if (at === end) return at <= bytes.length ? 'whole' : 'incomplete';
  if (at + 2 > end) return 'malformed';
  if (at + 2 > bytes.length) return 'incomplete';
  const extensionsEnd = at + 2 + uint16(bytes, at);
  if (extensionsEnd > end) return 'malformed';
  at += 2;
  while (at < extensionsEnd) {
    if (at + EXTENSION_HEADER_BYTES > extensionsEnd) return 'malformed';
    if (at + EXTENSION_HEADER_BYTES > bytes.length) return 'incomplete';
    const bodyStart = at + EXTENSION_HEADER_BYTES;
    const bodyEnd = bodyStart + uint16(bytes, at + 2);
    if (bodyEnd > extensionsEnd) return 'malformed';
    if (bodyEnd > bytes.length) return 'incomplete';
    onExtension(uint16(bytes, at), bytes.subarray(bodyStart, bodyEnd));
    at = bodyEnd;
  }
  return 'whole';
}

/** ServerNameList: length, then entries of type, length, name. */
function firstHostName(body: Uint8Array): string | null {
  let at = 2;
  while (at + 3 <= body.length) {
    const end = at + 3 + uint16(body, at + 1);
    if (end > body.length) return null;
    if (body[at] === HOST_NAME) return hostName(body.subarray(at + 3, end));
    at = end;
  }
  return null;
}

/** Highest known version in a list with a length of one byte; 0 if there is none. */
function highestVersion(body: Uint8Array): number {
  let highest = 0;
  for (let at = 1; at + 2 <= body.length; at += 2) {
    const version = uint16(body, at);
    if (version >= FIRST_TLS && version <= LAST_TLS) highest = Math.max(highest, version);
  }
  return highest;
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
