import type { FeatureSelection } from '../feature-selection.js';
import { FEATURES } from '../features.js';
import { isChosenFeature } from './is-chosen-feature.js';

/** True where a run with this selection learns from features that go on telling of what played long ago. */
export function learnsFromWholeSession(selection: FeatureSelection): boolean {
  return FEATURES.some(
    (feature) => feature.group === 'all segments so far' && isChosenFeature(feature, selection),
  );
}
