import type { FeatureDefinition } from './features/feature-definition.js';
import { NETWORK_FEATURES } from './features/network-features.js';
import { RECENT_SEGMENT_FEATURES } from './features/recent-segment-features.js';
import { REQUEST_CLASS_FEATURES } from './features/request-class-features.js';
import { SEGMENT_FEATURES } from './features/segment-features.js';
import { TRANSPORT_FEATURES } from './features/transport-features.js';

export type { FeatureDefinition } from './features/feature-definition.js';

/** The features of a window, in the column order of `feat_windows`. Null: not observable. 0: observed to be zero. */
export const FEATURES: readonly FeatureDefinition[] = [
  ...NETWORK_FEATURES,
  ...TRANSPORT_FEATURES,
  ...SEGMENT_FEATURES,
  ...REQUEST_CLASS_FEATURES,
  ...RECENT_SEGMENT_FEATURES,
];
