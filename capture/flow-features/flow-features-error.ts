/** The flows of a capture cannot be made as netml makes them; the message says why. */
export class FlowFeaturesError extends Error {
  override readonly name = 'FlowFeaturesError';
}
