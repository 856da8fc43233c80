import { countText } from '../../common/count-text.js';
import type { ModelFamily, TrialSetting } from '../../schemas/search.js';
import { EstimatorError } from '../fitting/estimator-error.js';
import { assertShape } from '../fitting/feature-matrix.js';
import type { FitInput, FitResult, FittedModel } from '../fitting/fitted-model.js';
import { emptyColumns } from '../fitting/imputation.js';
import { fitLargestSegment, largestSegmentFromJson } from './baselines/largest-segment.js';
import { fitMajority, majorityFromJson } from './baselines/majority.js';
import { fitMlRandomForest, mlRandomForestFromJson } from './ml-random-forest/ml-random-forest.js';
import { fitMlSvm } from './ml-svm/ml-svm.js';
import { fitSvm } from './svm/fit-svm.js';
import { pairwiseSvmFromJson } from './svm/pairwise-svm.js';
import { fitDecisionTree, fitForest } from './trees/forest/fit-forest.js';
import { fitBoosting } from './trees/gradient-boosting/fit-boosting.js';
import { treeModelFromJson, type TreeFamily } from './trees/tree-model.js';

export { EstimatorError } from '../fitting/estimator-error.js';
export { FeatureMismatchError, type FeatureMatrix } from '../fitting/feature-matrix.js';
export type { FitInput, FitResult, FittedModel } from '../fitting/fitted-model.js';

type FromJson = (json: unknown, featureNames: readonly string[]) => FittedModel;

interface Family<Setting> {
  readonly fit: (setting: Setting, input: FitInput) => FitResult;
  readonly fromJson: FromJson;
}

/** How each family fits a setting and reads a saved model. */
const FAMILIES: {
  readonly [Name in ModelFamily]: Family<Extract<TrialSetting, { readonly family: Name }>>;
} = {
  'random-forest': { fit: fitForest, fromJson: treesFromJson('random-forest') },
  'extra-trees': { fit: fitForest, fromJson: treesFromJson('extra-trees') },
  'gradient-boosting': { fit: fitBoosting, fromJson: treesFromJson('gradient-boosting') },
  svm: { fit: fitSvm, fromJson: machinesFromJson('svm') },
  'ml-random-forest': { fit: fitMlRandomForest, fromJson: mlRandomForestFromJson },
  'ml-svm': { fit: fitMlSvm, fromJson: machinesFromJson('ml-svm') },
  'decision-tree': { fit: fitDecisionTree, fromJson: treesFromJson('decision-tree') },
  'largest-segment': { fit: fitLargestSegment, fromJson: largestSegmentFromJson },
  majority: { fit: (_, input) => ({ model: fitMajority(input), warnings: [] }), fromJson: majorityFromJson },
};

/**
 * Fits a setting; the same input and seed give the same model. The tree families learn which way missing values go; the
 * others replace them by the column's median.
 *
 * @throws EstimatorError with fewer than two rows or classes (majority: one row), or if the family cannot fit the rows
 * @throws RangeError for labels outside 0 to classCount - 1 or arrays of the wrong length
 */
export function fitModel(setting: TrialSetting, input: FitInput): FitResult {
  assertInput(setting, input);
  const { fit } = FAMILIES[setting.family] as Family<TrialSetting>;
  const { model, warnings } = fit(setting, input);
  const empty = setting.family === 'majority' ? [] : emptyColumns(input.features);
  return {
    model,
    warnings:
      empty.length === 0
        ? warnings
        : [
            `${countText(empty.length, 'feature')} without a value in the training rows: ${empty.join(', ')}`,
            ...warnings,
          ],
  };
}

/** Reads the model of a family that `toJson()` wrote; throws ZodError for anything else. */
export function modelFromJson(
  family: ModelFamily,
  json: unknown,
  featureNames: readonly string[],
): FittedModel {
  return FAMILIES[family].fromJson(json, featureNames);
}

function treesFromJson(family: TreeFamily): FromJson {
  return (json, featureNames) => treeModelFromJson(family, json, featureNames);
}

function machinesFromJson(family: 'svm' | 'ml-svm'): FromJson {
  return (json, featureNames) => pairwiseSvmFromJson(family, json, featureNames);
}

function assertInput(setting: TrialSetting, { features, labels, classCount, groups }: FitInput): void {
  assertShape(features);
  if (labels.length !== features.rows || (groups && groups.length !== features.rows)) {
    throw new RangeError(
      `${features.rows} rows do not match ${labels.length} labels and ${groups?.length ?? 'no'} groups`,
    );
  }
  const invalid = labels.find((label) => label < 0 || label >= classCount);
  if (invalid !== undefined) throw new RangeError(`label ${invalid} is not one of ${classCount} classes`);

  const isMajority = setting.family === 'majority';
  const minimum = isMajority ? 1 : 2;
  if (features.rows < minimum) {
    throw new EstimatorError(setting, `needs at least ${minimum} training rows and has ${features.rows}`);
  }
  if (!isMajority && new Set(labels).size < 2) {
    throw new EstimatorError(setting, 'needs training rows of at least two classes and has one');
  }
  if (!isMajority && features.columns === 0) {
    throw new EstimatorError(setting, 'needs at least one feature and has none');
  }
}
