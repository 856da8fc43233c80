import type { ModelFamily } from '../../schemas/search.js';
import type { BinnedFeatures } from '../models/trees/bin-features.js';
import type { FeatureMatrix } from './feature-matrix.js';
import type { FitCrew, StopSignal } from './fit-crew.js';
import type { SharedWork } from './shared-work.js';

/** Training rows of a model. */
export interface FitInput {
  readonly features: FeatureMatrix;
  /** Class index of each row, 0 to classCount - 1. */
  readonly labels: Int32Array;
  /** Number of classes of the ladder, including those without training rows. */
  readonly classCount: number;
  /** What the classes are called in errors; absent: by their index. */
  readonly classNames?: readonly string[] | undefined;
  readonly seed: number;
  /** Session of each row, if known: a fit that holds out rows keeps sessions whole. */
  readonly groups?: Int32Array | undefined;
  /** The same rows binned, if that was done before; otherwise the tree families bin them. */
  readonly binned?: BinnedFeatures | undefined;
  /** Work shared by several fits on exactly the same rows. */
  readonly shared?: SharedWork | undefined;
  /** Computes the parts of the fit; default: this thread only. The model does not depend on it. */
  readonly crew?: FitCrew | undefined;
  /** Checked between trees and between pairs of classes. */
  readonly signal?: StopSignal | undefined;
  /** Called with the parts of the fit done so far. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A model that predicts probabilities; predicting changes no state. */
export interface FittedModel {
  readonly family: ModelFamily;
  readonly featureNames: readonly string[];
  readonly classCount: number;
  /**
   * Probabilities, rows x classes, row-major; every row sums to 1 and a class without training rows has 0.
   * Throws FeatureMismatchError for a matrix with other columns than the model's.
   */
  predictProbabilities(features: FeatureMatrix): Float64Array;
  /** Plain JSON value from which the same family's `...FromJson` reads a model with identical predictions. */
  toJson(): unknown;
}

export interface FitResult {
  readonly model: FittedModel;
  /** For readers of the model's scores. */
  readonly warnings: string[];
}
