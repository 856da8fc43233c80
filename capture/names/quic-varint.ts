/** A variable-length integer (RFC 9000 section 16) and the offset after it. */
interface Varint {
  readonly value: number;
  readonly end: number;
}

/** Null if the bytes end inside it. Values above 2^53 lose their last bits; no valid length is so large. */
export function readVarint(bytes: Uint8Array, at: number): Varint | null {
  const first = bytes[at];
  if (first === undefined) return null;
  const end = at + (1 << (first >> 6));
  if (end > bytes.length) return null;
  let value = first & 0x3f;
  for (let i = at + 1; i < end; i++) value = value * 256 + bytes[i]!;
  return { value, end };
}
