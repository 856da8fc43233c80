import { createRandom } from '../../../../common/random.js';
import type { FeatureMatrix, FitInput, FittedModel } from '../../../../learning/models/estimator.js';

/** Rows with heavy-tailed, non-negative features, of which the first half grows with the class. */
export function syntheticRows({
  rows = 240,
  columns = 6,
  classCount = 3,
  step = 0.8,
  seed = 1,
}: {
  rows?: number;
  columns?: number;
  classCount?: number;
  step?: number;
  seed?: number;
}): FitInput {
  const random = createRandom(seed);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const labels = Int32Array.from({ length: rows }, () => random.integer(classCount));
  const values = Float64Array.from({ length: rows * columns }, (_, index) => {
    const label = labels[Math.floor(index / columns)]!;
    return Math.exp(normal() + (index % columns < columns / 2 ? step * label : 0));
  });
  return { features: matrixOf(values, columns), labels, classCount, seed };
}

/** A matrix with features f0, f1, … */
export function matrixOf(values: Float64Array, columns: number): FeatureMatrix {
  const featureNames = Array.from({ length: columns }, (_, column) => `f${column}`);
  return { rows: values.length / columns, columns, values, featureNames };
}

/** Share of rows whose likeliest class is right. */
export function accuracyOn(model: FittedModel, { features, labels, classCount }: FitInput): number {
  const probabilities = model.predictProbabilities(features);
  const right = labels.filter((label, row) => {
    const ofRow = probabilities.subarray(row * classCount, (row + 1) * classCount);
    return ofRow.indexOf(Math.max(...ofRow)) === label;
  });
  return right.length / labels.length;
}
