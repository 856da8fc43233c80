import { followEtherType } from './ether-types.js';
import type { Fault } from './faults.js';
import type { PacketFields } from './packet-fields.js';

const RADIOTAP_LENGTH = 2;
const RADIOTAP_PRESENT = 4;
const RADIOTAP_BYTES = 8;
const PRESENT_BYTES = 4;
const PRESENT_TIME = 0x1;
const PRESENT_FLAGS = 0x2;
const PRESENT_AGAIN = 0x8000_0000;
const TIME_BYTES = 8;
/** The header is padded to a multiple of four bytes. */
const FLAG_PADDED = 0x20;

const FRAME_FLAGS = 1;
const SEQUENCE_CONTROL = 22;
const HEADER_BYTES = 24;
const FOURTH_ADDRESS_BYTES = 6;
const QOS_BYTES = 2;
const HT_CONTROL_BYTES = 4;
const PADDING_UNIT_BYTES = 4;

const VERSION_AND_TYPE_MASK = 0x0f;
const DATA = 0x08;
const SUBTYPE_EMPTY = 0x40;
const SUBTYPE_QOS = 0x80;
const BETWEEN_STATIONS = 0x03;
const PROTECTED = 0x40;
const ORDER = 0x80;
const FRAGMENT_MASK = 0x0f;
const QOS_AGGREGATE = 0x80;

const SUBFRAME_LENGTH = 12;
const SUBFRAME_BYTES = 14;
/** No EtherType: LLC and SNAP follow. */
const LLC = 0;

const TRUNCATED: Fault = { layer: 'link', kind: 'truncated' };
const NO_DATA: Fault = { layer: 'wlan', kind: 'not-data' };
const ENCRYPTED: Fault = { layer: 'wlan', kind: 'encrypted' };
const FRAGMENT: Fault = { layer: 'wlan', kind: 'later-fragment' };
const AGGREGATE: Fault = { layer: 'wlan', kind: 'aggregate' };

/** A frame after a radiotap header (radiotap.org), whose fields are little-endian. */
export function followRadiotap(
  view: DataView,
  offset: number,
  end: number,
  packet: PacketFields,
): Fault | null {
  if (end - offset < RADIOTAP_BYTES) return TRUNCATED;
  const frame = offset + view.getUint16(offset + RADIOTAP_LENGTH, true);
  if (frame < offset + RADIOTAP_BYTES || frame > end) return TRUNCATED;
  return followWlan(view, frame, end, (radiotapFlags(view, offset, frame) & FLAG_PADDED) !== 0, packet);
}

/** The field of flags, or 0. It is the first field, or comes after the time, which is aligned to its size. */
function radiotapFlags(view: DataView, offset: number, frame: number): number {
  const present = view.getUint32(offset + RADIOTAP_PRESENT, true);
  if ((present & PRESENT_FLAGS) === 0) return 0;
  let field = offset + RADIOTAP_PRESENT;
  for (let word = present; ; word = view.getUint32(field, true)) {
    field += PRESENT_BYTES;
    if (field >= frame) return 0;
    if ((word & PRESENT_AGAIN) === 0) break;
    if (field + PRESENT_BYTES > frame) return 0;
  }
  if ((present & PRESENT_TIME) !== 0)
    field = offset + Math.ceil((field - offset) / TIME_BYTES) * TIME_BYTES + TIME_BYTES;
  return field < frame ? view.getUint8(field) : 0;
}

/**
 * A data frame of an open network (IEEE 802.11-2020, section 9.2) up to the IP header behind LLC and SNAP. Encrypted
 * frames, and aggregates (A-MSDU) of more than one frame, are not read.
 *
 * @param isPadded the header is padded to a multiple of four bytes
 */
export function followWlan(
  view: DataView,
  offset: number,
  end: number,
  isPadded: boolean,
  packet: PacketFields,
): Fault | null {
  if (end - offset < 2) return TRUNCATED;
  const type = view.getUint8(offset);
  if ((type & VERSION_AND_TYPE_MASK) !== DATA || (type & SUBTYPE_EMPTY) !== 0) return NO_DATA;
  const flags = view.getUint8(offset + FRAME_FLAGS);
  if ((flags & PROTECTED) !== 0) return ENCRYPTED;
  let bytes = HEADER_BYTES;
  if ((flags & BETWEEN_STATIONS) === BETWEEN_STATIONS) bytes += FOURTH_ADDRESS_BYTES;
  const qos = offset + bytes;
  const hasQos = (type & SUBTYPE_QOS) !== 0;
  if (hasQos) bytes += QOS_BYTES + ((flags & ORDER) === 0 ? 0 : HT_CONTROL_BYTES);
  if (isPadded) bytes = Math.ceil(bytes / PADDING_UNIT_BYTES) * PADDING_UNIT_BYTES;
  const body = offset + bytes;
  if (end < body) return TRUNCATED;
  if ((view.getUint8(offset + SEQUENCE_CONTROL) & FRAGMENT_MASK) !== 0) return FRAGMENT;
  if (!hasQos || (view.getUint8(qos) & QOS_AGGREGATE) === 0)
    return followEtherType(view, body, end, LLC, packet);
  if (end - body < SUBFRAME_BYTES) return TRUNCATED;
  const subframeEnd = body + SUBFRAME_BYTES + view.getUint16(body + SUBFRAME_LENGTH);
  // A shorter rest is padding or a check sequence.
  if (end - subframeEnd >= SUBFRAME_BYTES) return AGGREGATE;
  return followEtherType(view, body + SUBFRAME_BYTES, end, LLC, packet);
}
