import { VqiError } from '../../common/vqi-error.js';

/** A player's log that cannot be used. The message gives the row and the reason; the caller adds the file name. */
export class PlayerLogError extends VqiError {
  override readonly name = 'PlayerLogError';
  override readonly retry = 'never';

  /** @param row line of the file, 1-based; null if the error concerns the whole file */
  constructor(row: number | null, reason: string) {
    super(row === null ? reason : `row ${row}: ${reason}`);
  }
}
