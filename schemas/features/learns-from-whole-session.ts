import type { FeatureSelection } from '../feature-selection.js';
import { FEATURES } from '../features.js';
import { isChosenFeature } from './is-chosen-feature.js';

/**
 * Whether a run with this selection learns from features of all segments so far, which still reflect old resolutions.
 */
export function learnsFromWholeSession(selection: FeatureSelection): boolean {
  return FEATURES.some(
    (feature) => feature.group === 'all segments so far' && isChosenFeature(feature, selection),
  );
}
