import { VqiError } from '../../common/vqi-error.js';

/** The flows of a capture cannot be made as netml makes them; the message says why. */
export class FlowFeaturesError extends VqiError {
  override readonly name = 'FlowFeaturesError';
  override readonly retry = 'never';
}
