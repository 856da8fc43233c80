import { VqiError } from '../common/vqi-error.js';

/**
 * No Temporal server could be found, started or reached. The message says what failed, why, and what the user
 * can do next; it is meant to be printed unchanged.
 */
export class TemporalServerError extends VqiError {
  override readonly name = 'TemporalServerError';
  override readonly retry = 'later';
}
