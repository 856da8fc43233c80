import { VqiError } from '../../common/vqi-error.js';

/** Captures that cannot be spliced. The message says what is missing. */
export class SplicingError extends VqiError {
  override readonly name = 'SplicingError';
  override readonly retry = 'never';
}
