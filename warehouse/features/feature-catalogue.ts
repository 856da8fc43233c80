import type { FeatureSelection } from '../../schemas/feature-selection.js';
import { isChosenFeature } from '../../schemas/features/is-chosen-feature.js';
import { FEATURES } from '../../schemas/features.js';
import { fill } from '../core/fill.js';
import type { Warehouse } from '../core/warehouse.js';

/** Fills the run's table `feature_catalogue`: every feature of `schemas/features.ts`, and whether the run learns from it. */
export async function writeFeatureCatalogue(
  warehouse: Warehouse,
  selection: FeatureSelection | undefined,
): Promise<void> {
  const rows = FEATURES.map((feature, column_index) => ({
    column_index,
    name: feature.name,
    unit: feature.unit,
    family: feature.family,
    feature_group: feature.group,
    definition: feature.definition,
    source: feature.source,
    evidence: feature.evidence,
    null_when: feature.nullWhen,
    correct_twin: feature.correctTwin ?? null,
    is_chosen: isChosenFeature(feature, selection),
  }));
  await fill(warehouse, 'feature_catalogue', rows);
}
