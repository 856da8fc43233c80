import { VqiError } from '../../common/vqi-error.js';

/**
 * Why a file cannot be read as a capture.
 *
 * - `empty`: no bytes at all
 * - `unknown-magic`: neither pcap nor pcapng
 * - `unsupported-version`: a capture of an unknown version
 * - `cut-header`: ends before the first record could begin
 * - `lying-length`: a record or block has an impossible length
 * - `inconsistent`: fields that contradict each other, such as a packet of an interface that was not described
 * - `missing`: one of several files that was deleted before it was read
 * - `damaged-content`: compressed data that does not decompress
 */
export type CaptureFormatErrorKind =
  | 'empty'
  | 'unknown-magic'
  | 'unsupported-version'
  | 'cut-header'
  | 'lying-length'
  | 'inconsistent'
  | 'missing'
  | 'damaged-content';

/** The reason of `missing`. */
export const GONE = 'the file was deleted before it was read, as the oldest files of a ring buffer are';

/** A file that is not a readable capture. Reading it again gives the same error. */
export class CaptureFormatError extends VqiError {
  override readonly name = 'CaptureFormatError';
  override readonly retry = 'never';
  readonly kind: CaptureFormatErrorKind;
  readonly reason: string;
  /** Offset of the error in the decompressed content. */
  readonly byteOffset: number;

  constructor(
    reason: string,
    { kind, byteOffset }: { kind: CaptureFormatErrorKind; byteOffset: number },
    options?: ErrorOptions,
  ) {
    super(kind === 'missing' ? reason : `${reason} at byte ${byteOffset}`, options);
    this.kind = kind;
    this.reason = reason;
    this.byteOffset = byteOffset;
  }
}
