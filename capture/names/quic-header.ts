import { readVarint } from './quic-varint.js';
import { QUIC_VERSIONS, type QuicVersion } from './quic-versions.js';

const LONG_HEADER = 0x80;
/** Set in the first packets of all versions but version negotiation (RFC 9000 section 17.2). */
const FIXED_BIT = 0x40;
/** A client's first datagram has at least this many bytes, and its connection id at least eight (RFC 9000 sections 14.1, 7.2). */
const LEAST_INITIAL_BYTES = 1200;
const LEAST_FIRST_ID_BYTES = 8;
const VERSION = 1;
const DESTINATION_ID_LENGTH = 5;
const MAX_CONNECTION_ID_BYTES = 20;

/** A long-header packet inside a datagram; offsets are into the datagram. */
export interface QuicLongHeader {
  readonly version: QuicVersion;
  readonly isInitial: boolean;
  readonly destinationId: Uint8Array;
  readonly start: number;
  readonly packetNumberOffset: number;
  /** First byte after the packet; may lie beyond the captured bytes. */
  readonly end: number;
}

/** Whether a packet has the form of a long header (RFC 8999 section 5.1). */
function hasLongHeader(bytes: Uint8Array): boolean {
  return bytes.length > DESTINATION_ID_LENGTH && (bytes[0]! & LONG_HEADER) !== 0;
}

/** The four bytes after the first byte of a long header. */
function versionNumber(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(VERSION);
}

/**
 * Whether a datagram has the form of a client's first one, in a version that is not known here.
 *
 * @param payloadLength its length on the wire
 */
export function hasUnknownVersion(datagram: Uint8Array, payloadLength: number): boolean {
  if (payloadLength < LEAST_INITIAL_BYTES || !hasLongHeader(datagram)) return false;
  const version = versionNumber(datagram);
  const idBytes = datagram[DESTINATION_ID_LENGTH]!;
  const sourceIdBytes = datagram[DESTINATION_ID_LENGTH + 1 + idBytes] ?? MAX_CONNECTION_ID_BYTES + 1;
  return (
    (datagram[0]! & FIXED_BIT) !== 0 &&
    version !== 0 &&
    !QUIC_VERSIONS.has(version) &&
    idBytes >= LEAST_FIRST_ID_BYTES &&
    Math.max(idBytes, sourceIdBytes) <= MAX_CONNECTION_ID_BYTES
  );
}

/**
 * Reads a long header with its lengths (RFC 9000 section 17.2; Google's Q050 has the same format).
 *
 * @returns null if the version is unknown, the packet has no length field (Retry), or its bytes end too early
 */
export function readLongHeader(datagram: Uint8Array, start: number): QuicLongHeader | null {
  const bytes = datagram.subarray(start);
  if (!hasLongHeader(bytes)) return null;
  const version = QUIC_VERSIONS.get(versionNumber(bytes));
  if (!version) return null;
  const type = (bytes[0]! >> 4) & 3;
  if (type === version.retryType) return null;
  const destinationStart = DESTINATION_ID_LENGTH + 1;
  const destinationBytes = bytes[DESTINATION_ID_LENGTH]!;
  const sourceLength = destinationStart + destinationBytes;
  const sourceBytes = bytes[sourceLength];
  if (sourceBytes === undefined || Math.max(destinationBytes, sourceBytes) > MAX_CONNECTION_ID_BYTES)
    return null;
  let at = sourceLength + 1 + sourceBytes;
  const isInitial = type === version.initialType;
  if (isInitial) {
    const token = readVarint(bytes, at);
    if (!token) return null;
    at = token.end + token.value;
  }
  const length = readVarint(bytes, at);
  if (!length) return null;
  return {
    version,
    isInitial,
    destinationId: bytes.subarray(destinationStart, sourceLength),
    start,
    packetNumberOffset: start + length.end,
    end: start + length.end + length.value,
  };
}
