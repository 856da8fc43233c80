import { z } from 'zod';
import { assertFeatureNames } from '../../fitting/feature-matrix.js';
import type { FitInput, FittedModel } from '../../fitting/fitted-model.js';

const majorityJsonSchema = z.strictObject({ shares: z.array(z.number().min(0).max(1)) });

/** A model that predicts, for every row, the shares of the classes in the training rows. */
export function fitMajority({ labels, classCount, features }: FitInput): FittedModel {
  const shares = new Array<number>(classCount).fill(0);
  for (const label of labels) shares[label]!++;
  return createMajority(
    shares.map((count) => count / labels.length),
    features.featureNames,
  );
}

/** Reads the model that `toJson()` wrote; throws ZodError for anything else. */
export function majorityFromJson(json: unknown, featureNames: readonly string[]): FittedModel {
  return createMajority(majorityJsonSchema.parse(json).shares, featureNames);
}

function createMajority(shares: readonly number[], featureNames: readonly string[]): FittedModel {
  return {
    family: 'majority',
    featureNames,
    classCount: shares.length,
    predictProbabilities: (features) => {
      assertFeatureNames(featureNames, features);
      return Float64Array.from(
        { length: features.rows * shares.length },
        (_, index) => shares[index % shares.length]!,
      );
    },
    toJson: () => ({ shares }),
  };
}
