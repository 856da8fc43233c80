import { hostName } from './host-name.js';

const MESSAGE = Buffer.from('CHLO', 'latin1');
const SERVER_NAME_TAG = Buffer.from('SNI\0', 'latin1');
const MESSAGE_HEADER_BYTES = 8;
const ENTRY_BYTES = 8;
const MAX_ENTRIES = 128;

const HAS_VERSION = 0x01;
const HAS_CONNECTION_ID = 0x08;
const LONG_HEADER = 0x80;
const VERSION_BEHIND_CONNECTION_ID = 9;
const VERSION_IN_LONG_HEADER = 1;
const VERSION_BYTES = 4;

/**
 * The version in a client packet of Google QUIC, `Q0` and two digits; null if there is none. Up to Q043 it comes
 * after the connection id, from Q044 on at the position of a long header's version.
 */
export function googleVersion(datagram: Uint8Array): string | null {
  const first = datagram[0] ?? 0;
  const isLong = (first & LONG_HEADER) !== 0;
  if (!isLong && (first & (HAS_VERSION | HAS_CONNECTION_ID)) !== (HAS_VERSION | HAS_CONNECTION_ID))
    return null;
  const start = isLong ? VERSION_IN_LONG_HEADER : VERSION_BEHIND_CONNECTION_ID;
  const version = Buffer.from(datagram.subarray(start, start + VERSION_BYTES)).toString('latin1');
  return /^Q0\d\d$/.test(version) ? version : null;
}

/** Result of a search for a CHLO message. */
export interface GoogleHello {
  /** `cut`: the message ends before the server name that its index lists. */
  readonly state: 'whole' | 'cut' | 'none';
  readonly serverName: string | null;
}

/**
 * Finds a CHLO message and the server name in it: tag, number of entries, index of tag and end offset (all
 * little-endian), values ("QUIC Crypto", Langley and Chang, 2016). The message is always in one packet. The search
 * is for its tag, so that the packet header and the frames, which changed between versions, need not be parsed.
 *
 * @param bytes an unencrypted packet, or the frames of a decrypted one
 */
export function readGoogleHello(bytes: Uint8Array): GoogleHello {
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const none: GoogleHello = { state: 'none', serverName: null };
  const start = message.indexOf(MESSAGE);
  if (start === -1 || start + MESSAGE_HEADER_BYTES > message.length) return none;
  const entries = message.readUInt16LE(start + MESSAGE.length);
  if (entries === 0 || entries > MAX_ENTRIES) return none;
  const index = start + MESSAGE_HEADER_BYTES;
  const values = index + entries * ENTRY_BYTES;
  let valueStart = 0;
  for (let entry = index; entry < values; entry += ENTRY_BYTES) {
    if (entry + ENTRY_BYTES > message.length) return { state: 'cut', serverName: null };
    const valueEnd = message.readUInt32LE(entry + SERVER_NAME_TAG.length);
    if (valueEnd < valueStart) return none;
    if (message.subarray(entry, entry + SERVER_NAME_TAG.length).equals(SERVER_NAME_TAG)) {
      if (values + valueEnd > message.length) return { state: 'cut', serverName: null };
      const serverName = hostName(message.subarray(values + valueStart, values + valueEnd));
      return { state: 'whole', serverName };
    }
    valueStart = valueEnd;
  }
  return { state: 'whole', serverName: null };
}
