import { FEATURES } from '../features.js';
import { captureFeature } from './capture-columns.js';
import type { FeatureDefinition, FeatureFamily } from './feature-definition.js';

const BY_NAME: ReadonlyMap<string, FeatureDefinition> = new Map(
  FEATURES.map((feature) => [feature.name, feature]),
);
const FAMILIES: Readonly<Record<FeatureFamily, string>> = {
  Net: 'network',
  Tran: 'transport',
  App: 'segments',
  Media: 'media',
};

/** Columns of a dataset that are not in the feature catalogue. */
export const OTHER_COLUMNS = 'other columns of the dataset';

/** The catalogue's entry for an input of a model; null for a dataset's own column. */
export function featureOfColumn(column: string): FeatureDefinition | null {
  return BY_NAME.get(captureFeature(column) ?? '') ?? null;
}

/** Family and group of an input of a model, such as `network: throughput`. */
export function groupOfColumn(column: string): string {
  const feature = featureOfColumn(column);
  return feature === null ? OTHER_COLUMNS : `${FAMILIES[feature.family]}: ${feature.group}`;
}
