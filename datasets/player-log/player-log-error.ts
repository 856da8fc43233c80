import { VqiError } from '../../common/vqi-error.js';

/** A player's log that cannot be used; says which row and why. Who reads the file adds its name. */
export class PlayerLogError extends VqiError {
  override readonly name = 'PlayerLogError';
  override readonly retry = 'never';

  /** @param row line of the file, 1-based; null where the whole file is meant. */
  constructor(row: number | null, reason: string) {
    super(row === null ? reason : `row ${row}: ${reason}`);
  }
}
