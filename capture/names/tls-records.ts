const HANDSHAKE = 22;
const MAJOR_VERSION = 3;
const HEADER_BYTES = 5;
const CLIENT_HELLO = 1;
/** 2^14 bytes of content (RFC 8446, section 5.1). */
const MAX_FRAGMENT_BYTES = 1 << 14;

/**
 * Whether bytes may be the start of a TLS record with a ClientHello. Fewer than six bytes may if none of them
 * contradicts it.
 */
export function mayBeClientHello(bytes: Uint8Array): boolean {
  return (
    bytes.length > 0 &&
    bytes[0] === HANDSHAKE &&
    (bytes.length < 2 || bytes[1] === MAJOR_VERSION) &&
    (bytes.length < HEADER_BYTES || fragmentBytes(bytes, 0) > 0) &&
    (bytes.length <= HEADER_BYTES || bytes[HEADER_BYTES] === CLIENT_HELLO)
  );
}

/**
 * The handshake messages in a run of TLS records (RFC 8446, section 5.1), as far as the bytes go. They end before a
 * record of another kind.
 */
export function handshakeBytes(stream: Uint8Array): Uint8Array {
  const fragments: Uint8Array[] = [];
  let total = 0;
  let at = 0;
  while (at + HEADER_BYTES <= stream.length && stream[at] === HANDSHAKE && stream[at + 1] === MAJOR_VERSION) {
    const length = fragmentBytes(stream, at);
    if (length === 0) break;
    const fragment = stream.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length);
    fragments.push(fragment);
    total += fragment.length;
    at += HEADER_BYTES + length;
  }
  if (fragments.length === 1) return fragments[0]!;
  const bytes = new Uint8Array(total);
  let filled = 0;
  for (const fragment of fragments) {
    bytes.set(fragment, filled);
    filled += fragment.length;
  }
  return bytes;
}

/** 0 if the length is not valid for a handshake record. */
function fragmentBytes(stream: Uint8Array, record: number): number {
  const length = (stream[record + 3]! << 8) | stream[record + 4]!;
  return length <= MAX_FRAGMENT_BYTES ? length : 0;
}
