import type { TrialSetting } from '../../schemas/search.js';
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
import { treeModelFromJson } from './trees/tree-model.js';

export { EstimatorError } from '../fitting/estimator-error.js';
export { FeatureMismatchError, type FeatureMatrix } from '../fitting/feature-matrix.js';
export type { FitInput, FitResult, FittedModel } from '../fitting/fitted-model.js';

/**
 * Fits a setting; the same input and seed give the same model. The tree families learn which way missing values go; the
 * others replace them by the column's median.
 *
 * @throws EstimatorError with fewer than two rows or classes (majority: one row), or if the family cannot fit the rows
 * @throws RangeError for labels outside 0 to classCount - 1 or arrays of the wrong length
 */
export function fitModel(setting: TrialSetting, input: FitInput): FitResult {
  assertInput(setting, input);
  const { model, warnings } = fitFamily(setting, input);
  const empty = setting.family === 'majority' ? [] : emptyColumns(input.features);
  return {
    model,
    warnings:
      empty.length === 0
        ? warnings
        : [`${empty.length} features have no value in the training rows: ${empty.join(', ')}`, ...warnings],
  };
}

/** Reads the model of a family that `toJson()` wrote; throws ZodError for anything else. */
export function modelFromJson(
  family: TrialSetting['family'],
  json: unknown,
  featureNames: readonly string[],
): FittedModel {
  switch (family) {
    case 'random-forest':
    case 'extra-trees':
    case 'gradient-boosting':
    case 'decision-tree':
      return treeModelFromJson(family, json, featureNames);
    case 'ml-random-forest':
      return mlRandomForestFromJson(json, featureNames);
    case 'svm':
    case 'ml-svm':
      return pairwiseSvmFromJson(family, json, featureNames);
    case 'largest-segment':
      return largestSegmentFromJson(json, featureNames);
    case 'majority':
      return majorityFromJson(json, featureNames);
  }
}

function fitFamily(setting: TrialSetting, input: FitInput): FitResult {
  switch (setting.family) {
    case 'random-forest':
    case 'extra-trees':
      return fitForest(setting, input);
    case 'gradient-boosting':
      return fitBoosting(setting, input);
    case 'decision-tree':
      return fitDecisionTree(setting, input);
    case 'svm':
      return fitSvm(setting, input);
    case 'largest-segment':
      return fitLargestSegment(setting, input);
    case 'ml-random-forest':
      return fitMlRandomForest(setting, input);
    case 'ml-svm':
      return fitMlSvm(setting, input);
    case 'majority':
      return { model: fitMajority(input), warnings: [] };
  }
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
