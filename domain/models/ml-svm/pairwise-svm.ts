import { z } from 'zod';
import { assertFeatureNames, type FeatureMatrix } from '../feature-matrix.js';
import type { FittedModel } from '../fitted-model.js';
import { imputeMedians } from '../imputation.js';
import { gaussianKernel } from './gaussian-kernel.js';
import { coupleProbabilities } from './pairwise-coupling.js';
import { sigmoidAt } from './platt.js';
import { columnScaleSchema, scaleValues } from './scaler.js';

/** libsvm's bound on pair probabilities, so that coupling never divides by zero. */
const MIN_PROBABILITY = 1e-7;

const pairSchema = z.strictObject({
  /** Class indices, first below second; positive margins speak for the first. */
  first: z.int().min(0),
  second: z.int().min(0),
  /** Positions in `support`. */
  vectors: z.array(z.int().min(0)),
  coefficients: z.array(z.number()),
  bias: z.number(),
  sigmoid: z.strictObject({ a: z.number(), b: z.number() }),
});

export const pairwiseSvmJsonSchema = z.strictObject({
  classCount: z.int().min(1),
  /** Classes with training rows, ascending. */
  present: z.array(z.int().min(0)).min(2),
  medians: z.array(z.number()),
  scales: z.array(columnScaleSchema),
  /** Width of the Gaussian kernel between scaled rows. */
  width: z.number().positive(),
  /** Support vectors that the pairs share, scaled: vectors x features. */
  support: z.array(z.array(z.number())),
  pairs: z.array(pairSchema).min(1),
});

export type PairwiseSvmJson = z.infer<typeof pairwiseSvmJsonSchema>;

/** A support vector machine for several classes, one machine per pair of classes. */
export interface PairwiseSvm extends FittedModel {
  /** The class with most pairs won, the lowest on a tie: what libsvm's `predict` answers. One per row. */
  predictByVote(features: FeatureMatrix): Int32Array;
}

/** The model that the JSON describes. */
export function createPairwiseSvm(json: PairwiseSvmJson, featureNames: readonly string[]): PairwiseSvm {
  const { classCount, present, pairs, width } = json;
  const medians = Float64Array.from(json.medians);
  const support = Float64Array.from(json.support.flat());
  const rankOf = new Map(present.map((label, rank) => [label, rank]));
  const k = present.length;

  const marginsPerRow = function* (features: FeatureMatrix): Generator<number[]> {
    assertFeatureNames(featureNames, features);
    const { rows, columns } = features;
    const values = scaleValues(imputeMedians(features, medians), json.scales);
    for (let row = 0; row < rows; row++) {
      const kernel = gaussianKernel(values.subarray(row * columns, (row + 1) * columns), support, width);
      yield pairs.map(({ vectors, coefficients, bias }) =>
        vectors.reduce((margin, vector, index) => margin + coefficients[index]! * kernel[vector]!, bias),
      );
    }
  };

  return {
    family: 'ml-svm',
    featureNames,
    classCount,
    predictProbabilities: (features) => {
      const probabilities = new Float64Array(features.rows * classCount);
      const pairwise = new Float64Array(k * k);
      let row = 0;
      for (const margins of marginsPerRow(features)) {
        for (const [index, { first, second, sigmoid }] of pairs.entries()) {
          const raw = sigmoidAt(sigmoid, margins[index]!);
          const p = Math.min(Math.max(raw, MIN_PROBABILITY), 1 - MIN_PROBABILITY);
          const [i, j] = [rankOf.get(first)!, rankOf.get(second)!];
          pairwise[i * k + j] = p;
          pairwise[j * k + i] = 1 - p;
        }
        coupleProbabilities(pairwise, k).forEach((p, rank) => {
          probabilities[row * classCount + present[rank]!] = p;
        });
        row++;
      }
      return probabilities;
    },
    predictByVote: (features) => {
      const votes = Array.from(marginsPerRow(features), (margins) => {
        const won = new Array<number>(classCount).fill(0);
        pairs.forEach(({ first, second }, index) => won[margins[index]! > 0 ? first : second]!++);
        return won.indexOf(Math.max(...won));
      });
      return Int32Array.from(votes);
    },
    toJson: () => json,
  };
}
