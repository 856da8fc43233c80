import { VqiError } from '../../common/vqi-error.js';

/**
 * Why a file cannot be read as a pickled DataFrame.
 *
 * - `refused`: asks for a global or an object that no DataFrame needs; nothing was run
 * - `cut`: ends before its STOP
 * - `damaged`: an invalid opcode or operand
 * - `too-big`: states a length, depth or number of cells out of proportion to the file
 * - `unsupported`: a pickle, perhaps even a DataFrame, of a form that this reader does not support
 */
export type PickleErrorKind = 'refused' | 'cut' | 'damaged' | 'too-big' | 'unsupported';

/** A file that is not a readable pickled DataFrame. Reading it again gives the same error. */
export class PickleError extends VqiError {
  override readonly name = 'PickleError';
  override readonly retry = 'never';
  readonly kind: PickleErrorKind;
  readonly reason: string;
  /** Offset of the opcode in the decompressed content; null if the error concerns the whole pickle. */
  readonly byteOffset: number | null;

  constructor(
    reason: string,
    { kind, byteOffset }: { kind: PickleErrorKind; byteOffset: number | null },
    options?: ErrorOptions,
  ) {
    super(byteOffset === null ? reason : `${reason} at byte ${byteOffset}`, options);
    this.kind = kind;
    this.reason = reason;
    this.byteOffset = byteOffset;
  }
}
