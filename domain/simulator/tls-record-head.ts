const APPLICATION_DATA = 23;
const RECORD_HEADER_BYTES = 5;
/** Largest plaintext of a record and what TLS 1.3 with AES-GCM adds (RFC 8446, section 5.2). */
const RECORD_BYTES = RECORD_HEADER_BYTES + 16_384 + 17;
/** More than a capture keeps of a payload. */
const HEAD_BYTES = 128;

/**
 * First bytes of a packet's payload at `offset` in a message of TLS application data records: zeros, with a record
 * header wherever one begins. The message has `messageBytes` bytes in all, headers included.
 */
export function tlsRecordHead(offset: number, messageBytes: number): Uint8Array {
  const head = new Uint8Array(Math.min(HEAD_BYTES, messageBytes - offset));
  const first = Math.floor(offset / RECORD_BYTES) * RECORD_BYTES;
  for (let start = first; start < offset + head.length; start += RECORD_BYTES) {
    const length = Math.min(RECORD_BYTES, messageBytes - start) - RECORD_HEADER_BYTES;
    const header = [APPLICATION_DATA, 3, 3, length >>> 8, length & 0xff];
    header.forEach((byte, index) => {
      const at = start + index - offset;
      if (at >= 0 && at < head.length) head[at] = byte;
    });
  }
  return head;
}
