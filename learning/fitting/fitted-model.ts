import type { ModelFamily } from '../../schemas/search.js';
import type { FitCrew, StopSignal } from './fit-crew.js';
import type { FeatureMatrix } from './feature-matrix.js';
import type { SharedWork } from './shared-work.js';
import type { BinnedFeatures } from '../models/trees/bin-features.js';

/** Training rows of a model. */
export interface FitInput {
  readonly features: FeatureMatrix;
  /** Class index of each row, 0 to classCount - 1. */
  readonly labels: Int32Array;
  /** Classes of the ladder, including those that no training row has. */
  readonly classCount: number;
  readonly seed: number;
  /** Session of each row, where known: rows that a model holds out within its fit stay together by session. */
  readonly groups?: Int32Array | undefined;
  /** The same rows as bins, where they were binned before; the tree families bin them otherwise. */
  readonly binned?: BinnedFeatures | undefined;
  /** Made by the first of several fits on the very same rows, and used by the others. */
  readonly shared?: SharedWork | undefined;
  /** Does the parts of the fit; by default this thread alone. The model is the same whoever does them. */
  readonly crew?: FitCrew | undefined;
  /** Looked at between trees and between pairs of classes. */
  readonly signal?: StopSignal | undefined;
  /** Parts of the fit done so far. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A model that answers probabilities; it holds no state that predicting changes. */
export interface FittedModel {
  readonly family: ModelFamily;
  readonly featureNames: readonly string[];
  readonly classCount: number;
  /**
   * Probabilities, rows x classes, row-major; every row sums to 1 and a class without training rows has 0.
   * Throws FeatureMismatchError for a matrix with other columns than the model's.
   */
  predictProbabilities(features: FeatureMatrix): Float64Array;
  /** Plain JSON value from which the same family's `...FromJson` makes a model with identical answers. */
  toJson(): unknown;
}

/** A model and what the reader of its scores should know. */
export interface FitResult {
  readonly model: FittedModel;
  readonly warnings: string[];
}
