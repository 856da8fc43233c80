import { VqiError } from './vqi-error.js';

/** A dataset file that cannot be used; names the file, the place in it where there is one, and the reason. */
export class DatasetError extends VqiError {
  override readonly name = 'DatasetError';
  override readonly retry = 'never';
}
