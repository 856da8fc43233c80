import type { FeatureSelection } from '../feature-selection.js';
import type { FeatureDefinition } from './feature-definition.js';

/** Whether a run with this selection learns from the feature; without a selection, from all inputs. */
export function isChosenFeature(
  feature: FeatureDefinition,
  selection: FeatureSelection | undefined,
): boolean {
  if (selection === undefined) return feature.isInput;
  const { families, groups, history } = selection;
  return (
    feature.isInput &&
    families.includes(feature.family) &&
    (groups === undefined || groups.includes(feature.group)) &&
    (history === 'session' || feature.group !== 'all segments so far')
  );
}
