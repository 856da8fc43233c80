/** Longest DNS name (RFC 1035, section 2.3.4). */
const MAX_NAME_BYTES = 255;
const FIRST_PRINTABLE = 0x21;
const LAST_PRINTABLE = 0x7e;

/**
 * The name in lower case, without a final dot; null if there are no bytes, too many, or bytes that are not
 * printable ASCII.
 */
export function hostName(bytes: Uint8Array): string | null {
  if (bytes.length === 0 || bytes.length > MAX_NAME_BYTES) return null;
  if (bytes.some((byte) => byte < FIRST_PRINTABLE || byte > LAST_PRINTABLE)) return null;
  const name = String.fromCharCode(...bytes).toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) || null : name;
}
