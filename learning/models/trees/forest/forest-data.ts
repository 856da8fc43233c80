import { classWeights, type ClassWeighting } from '../../../fitting/class-weights.js';
import type { FitInput } from '../../../fitting/fitted-model.js';
import { binFeatures, binsByRow, type BinnedFeatures } from '../bin-features.js';

/** Training rows of every tree of a forest; immutable, so that threads can share it. */
export interface ForestData {
  readonly binned: BinnedFeatures;
  /** The same bins as rows x columns, row-major. */
  readonly byRow: Uint8Array;
  /** Class of each row. */
  readonly labels: Int32Array;
  readonly classCount: number;
  /** Weight of a row of each class. */
  readonly classWeights: Float64Array;
}

/** Bins the training rows once for all trees, unless they are binned already. */
export function forestData(
  {
    features,
    binned: given,
    labels,
    classCount,
  }: Pick<FitInput, 'features' | 'binned' | 'labels' | 'classCount'>,
  weighting: ClassWeighting,
): ForestData {
  const binned = given ?? binFeatures(features);
  return {
    binned,
    byRow: binsByRow(binned),
    labels,
    classCount,
    classWeights: classWeights(labels, classCount, weighting),
  };
}
