import type { FeatureSelection } from '../feature-selection.js';
import { FEATURE_FAMILIES, type FeatureDefinition, type FeatureFamily } from './feature-definition.js';

/** Whether a run with this selection learns from the feature; without a selection, from all inputs. */
export function isChosenFeature(
  feature: FeatureDefinition,
  selection: FeatureSelection | undefined,
): boolean {
  if (selection === undefined) return feature.isInput;
  const { groups, history } = selection;
  const families: readonly FeatureFamily[] =
    selection.families ?? (groups === undefined ? ['Media'] : FEATURE_FAMILIES);
  return (
    feature.isInput &&
    families.includes(feature.family) &&
    (groups === undefined || groups.includes(feature.group)) &&
    (history === 'session' || feature.group !== 'all segments so far')
  );
}
