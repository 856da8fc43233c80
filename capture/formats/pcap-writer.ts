/**
 * Classic pcap files, little-endian, microseconds (draft-ietf-opsawg-pcap, sections 4 and 5).
 */
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const VERSION_MAJOR = 2;
const VERSION_MINOR = 4;

const FILE_HEADER_BYTES = 24;
const FILE_VERSION_MAJOR = 4;
const FILE_VERSION_MINOR = 6;
const FILE_SNAP_LENGTH = 16;
const FILE_LINK_TYPE = 20;

const RECORD_HEADER_BYTES = 16;
const RECORD_SECONDS = 0;
const RECORD_MICROSECONDS = 4;
const RECORD_CAPTURED_LENGTH = 8;
const RECORD_WIRE_LENGTH = 12;

const MICROSECONDS_PER_SECOND = 1_000_000;

/** Fields of the file header that apply to every record. */
interface PcapHeaderOptions {
  /** LINKTYPE number, as registered at tcpdump.org: 1 Ethernet, 101 raw IP. */
  readonly linkType: number;
  /** Longest captured frame in bytes; frames are not cut here, see {@link pcapRecord}. */
  readonly snapLength: number;
}

/** The 24 bytes that open a capture file; records follow. */
export function pcapHeader({ linkType, snapLength }: PcapHeaderOptions): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC_MICROSECONDS, true);
  view.setUint16(FILE_VERSION_MAJOR, VERSION_MAJOR, true);
  view.setUint16(FILE_VERSION_MINOR, VERSION_MINOR, true);
  view.setUint32(FILE_SNAP_LENGTH, snapLength, true);
  view.setUint32(FILE_LINK_TYPE, linkType, true);
  return bytes;
}

/**
 * One packet record.
 *
 * @param timestampUs integer microseconds since the Unix epoch, UTC, from 0 to 2^32 seconds
 * @param frame the bytes to write; cut them to the snap length first
 * @param wireLength length of the frame on the wire, in bytes; default: `frame.length`
 */
export function pcapRecord(timestampUs: number, frame: Uint8Array, wireLength = frame.length): Uint8Array {
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + frame.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(RECORD_SECONDS, Math.floor(timestampUs / MICROSECONDS_PER_SECOND), true);
  view.setUint32(RECORD_MICROSECONDS, timestampUs % MICROSECONDS_PER_SECOND, true);
  view.setUint32(RECORD_CAPTURED_LENGTH, frame.length, true);
  view.setUint32(RECORD_WIRE_LENGTH, wireLength, true);
  bytes.set(frame, RECORD_HEADER_BYTES);
  return bytes;
}
