import type { FeatureDefinition } from './features/feature-definition.js';
import { MEDIA_FEATURES } from './features/media-features.js';
import { NETWORK_FEATURES } from './features/network-features.js';
import { SEGMENT_FEATURES } from './features/segment-features.js';
import { TRANSPORT_FEATURES } from './features/transport-features.js';

export type { FeatureDefinition } from './features/feature-definition.js';

/** The features of a window, in the column order of `feat_windows`. Null: not observable. 0: observed to be zero. */
export const FEATURES: readonly FeatureDefinition[] = [
  ...NETWORK_FEATURES,
  ...TRANSPORT_FEATURES,
  ...SEGMENT_FEATURES,
  ...MEDIA_FEATURES,
];
