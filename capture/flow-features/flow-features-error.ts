import { VqiError } from '../../common/vqi-error.js';

/** The flows of a capture cannot be built the way netml does it. The message says why. */
export class FlowFeaturesError extends VqiError {
  override readonly name = 'FlowFeaturesError';
  override readonly retry = 'never';
}
