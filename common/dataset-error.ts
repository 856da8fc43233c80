import { VqiError } from './vqi-error.js';

/** A dataset cannot be used; the message names the file, the place in it (if any) and the reason. */
export class DatasetError extends VqiError {
  override readonly name = 'DatasetError';
  override readonly retry = 'never';
}
