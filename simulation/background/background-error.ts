import { VqiError } from '../../common/vqi-error.js';

/** A capture that background cannot be mixed into. The message says what it lacks. */
export class BackgroundError extends VqiError {
  override readonly name = 'BackgroundError';
  override readonly retry = 'never';
}
