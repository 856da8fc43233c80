import type { ModelFamily } from '../../../schemas/search.js';
import { assertFeatureNames } from '../../fitting/feature-matrix.js';
import type { FittedModel } from '../../fitting/fitted-model.js';
import {
  ensembleProbabilities,
  ensembleToJson,
  treeEnsembleSchema,
  type TreeEnsemble,
} from './tree-ensemble.js';

/** Families whose models are ensembles of this project's trees. */
export const TREE_FAMILIES = [
  'random-forest',
  'extra-trees',
  'gradient-boosting',
  'decision-tree',
] as const satisfies readonly ModelFamily[];

export type TreeFamily = (typeof TREE_FAMILIES)[number];

/** A model that is an ensemble of trees. */
export interface TreeModel extends FittedModel {
  readonly family: TreeFamily;
  readonly ensemble: TreeEnsemble;
}

/** Whether a model is an ensemble of this project's trees. */
export function isTreeModel(model: FittedModel): model is TreeModel {
  return 'ensemble' in model;
}

/** The model of a fitted ensemble. */
export function createTreeModel(
  family: TreeFamily,
  ensemble: TreeEnsemble,
  featureNames: readonly string[],
): TreeModel {
  return {
    family,
    featureNames,
    classCount: ensemble.classCount,
    ensemble,
    predictProbabilities: (features) => {
      assertFeatureNames(featureNames, features);
      return ensembleProbabilities(ensemble, features);
    },
    toJson: () => ensembleToJson(ensemble),
  };
}

/** Reads the model that `toJson()` wrote; throws ZodError for anything else. */
export function treeModelFromJson(
  family: TreeFamily,
  json: unknown,
  featureNames: readonly string[],
): TreeModel {
  const kind = family === 'gradient-boosting' ? 'softmax' : 'mean';
  return createTreeModel(family, treeEnsembleSchema(kind, featureNames.length).parse(json), featureNames);
}
