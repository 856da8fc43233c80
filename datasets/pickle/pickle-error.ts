import { VqiError } from '../../common/vqi-error.js';

/**
 * Why a file cannot be read as a pickled DataFrame.
 *
 * - `refused`: it asks for a global, or for a way to make objects, that no DataFrame needs; nothing of it was run
 * - `cut`: ends before its STOP
 * - `damaged`: an opcode or operand that no pickle holds
 * - `too-big`: states a length, depth or number of cells out of proportion to the file
 * - `unsupported`: a pickle, even a DataFrame, of a kind that this reader does not know
 */
export type PickleErrorKind = 'refused' | 'cut' | 'damaged' | 'too-big' | 'unsupported';

/** A file that is not a readable pickled DataFrame. Reading it again gives the same error. */
export class PickleError extends VqiError {
  override readonly name = 'PickleError';
  override readonly retry = 'never';
  readonly kind: PickleErrorKind;
  readonly reason: string;
  /** Offset of the opcode in the decompressed content; null where the pickle as a whole is meant. */
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
