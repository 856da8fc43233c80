import type { ByteQueue } from './byte-queue.js';
import { CaptureFormatError } from './capture-format-error.js';
import { timestampConverter, type TimestampConverter } from './timestamp-resolution.js';

const LINK_TYPE = 0;
const SNAP_LENGTH = 4;
const OPTIONS = 8;

const OPTION_CODE = 0;
const OPTION_LENGTH = 2;
const OPTION_VALUE = 4;
const OPTION_ALIGNMENT = 4;
const END_OF_OPTIONS = 0;
const IF_TSRESOL = 9;
const IF_TSRESOL_BYTES = 1;
const IF_TSOFFSET = 14;
const IF_TSOFFSET_BYTES = 8;
const DEFAULT_RESOLUTION = 6;

/** Properties of a capture interface that are needed to read its packets. */
export interface CaptureInterface {
  readonly linkType: number;
  /** Longest captured frame in bytes; Infinity if there is no limit. */
  readonly snapLength: number;
  readonly toMicroseconds: TimestampConverter;
}

/**
 * Reads an interface description block (draft-ietf-opsawg-pcapng, section 4.2).
 *
 * @param start first byte of the block's body within `queue.view`
 * @param end first byte after the body
 * @throws CaptureFormatError if an option extends beyond the block's end
 */
export function readInterface(
  queue: ByteQueue,
  start: number,
  end: number,
  littleEndian: boolean,
): CaptureInterface {
  const { view } = queue;
  const lengthError = (reason: string) =>
    new CaptureFormatError(reason, { kind: 'lying-length', byteOffset: queue.byteOffset });
  if (end - start < OPTIONS) throw lengthError('interface description shorter than its fixed fields');

  let resolution = DEFAULT_RESOLUTION;
  let offsetSeconds = 0;
  let option = start + OPTIONS;
  while (end - option >= OPTION_VALUE) {
    const code = view.getUint16(option + OPTION_CODE, littleEndian);
    const length = view.getUint16(option + OPTION_LENGTH, littleEndian);
    if (code === END_OF_OPTIONS) break;
    const value = option + OPTION_VALUE;
    if (length > end - value) throw lengthError('interface option longer than its block');
    if (code === IF_TSRESOL && length === IF_TSRESOL_BYTES) resolution = view.getUint8(value);
    if (code === IF_TSOFFSET && length === IF_TSOFFSET_BYTES) {
      offsetSeconds = Number(view.getBigInt64(value, littleEndian));
    }
    option = value + Math.ceil(length / OPTION_ALIGNMENT) * OPTION_ALIGNMENT;
  }
  return {
    linkType: view.getUint16(start + LINK_TYPE, littleEndian),
    snapLength: view.getUint32(start + SNAP_LENGTH, littleEndian) || Infinity,
    toMicroseconds: timestampConverter(resolution, offsetSeconds),
  };
}
