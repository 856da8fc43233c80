import { VqiError } from '../../common/vqi-error.js';

/** Captures that cannot be spliced; says what would help. */
export class SplicingError extends VqiError {
  override readonly name = 'SplicingError';
  override readonly retry = 'never';
}
