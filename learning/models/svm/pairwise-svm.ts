import { z } from 'zod';
import type { ModelFamily } from '../../../schemas/search.js';
import { base64Numbers, numbersToBase64 } from '../../fitting/base64-numbers.js';
import { assertFeatureNames, type FeatureMatrix } from '../../fitting/feature-matrix.js';
import type { FittedModel } from '../../fitting/fitted-model.js';
import { imputeMedians } from '../../fitting/imputation.js';
import { coupleProbabilities } from './pairwise-coupling.js';
import { sigmoidAt } from './platt.js';
import { columnScaleSchema, scaleValues } from './scaler.js';
import { fillDistances, kernelRows } from './squared-distances.js';

const VERSION = 1;

/** libsvm's lower bound of pair probabilities, so that coupling never divides by zero. */
const MIN_PROBABILITY = 1e-7;

/** Rows predicted together. */
const BLOCK_ROWS = 128;

const pairSchema = z.strictObject({
  /** Class indices, first below second; a positive margin means the first. */
  first: z.int().min(0),
  second: z.int().min(0),
  /** Positions in `support`. */
  vectors: base64Numbers('i32'),
  /** Multiplier times sign, one per vector. */
  coefficients: base64Numbers('f64'),
  bias: z.number(),
  sigmoid: z.strictObject({ a: z.number(), b: z.number() }),
});

/** Reads the JSON that `toJson` of such a model wrote; every index is checked. */
const pairwiseSvmSchema = z
  .strictObject({
    version: z.literal(VERSION),
    classCount: z.int().min(1).max(256),
    /** Classes with training rows, ascending. */
    present: z.array(z.int().min(0)).min(2),
    medians: z.array(z.number()).min(1),
    scales: z.array(columnScaleSchema),
    /** Kernel exp(-gamma d²) between scaled rows. */
    gamma: z.number().positive(),
    /** Support vectors that the pairs share, scaled: vectors x features, row-major. */
    support: base64Numbers('f64'),
    pairs: z.array(pairSchema).min(1),
  })
  .superRefine((machines, context) => {
    const fault = faultOf(machines);
    if (fault !== null) context.addIssue(fault);
  });

/** Machines for every pair of classes, and the imputation and scaling of their input. */
export interface PairwiseMachines extends Omit<
  z.output<typeof pairwiseSvmSchema>,
  'version' | 'support' | 'pairs'
> {
  readonly support: Float64Array;
  readonly pairs: readonly PairMachine[];
}

/** A machine that separates a class from a higher one. */
export interface PairMachine extends Omit<z.output<typeof pairSchema>, 'vectors' | 'coefficients'> {
  readonly vectors: Int32Array;
  readonly coefficients: Float64Array;
}

/** A support vector machine for several classes, one machine per pair of classes. */
export interface PairwiseSvm extends FittedModel {
  /** The class that wins most pairs, the lowest on a tie, as libsvm's `predict` does. One per row. */
  predictByVote(features: FeatureMatrix): Int32Array;
}

/** The model of a family with these machines. */
export function createPairwiseSvm(
  family: ModelFamily,
  machines: PairwiseMachines,
  featureNames: readonly string[],
): PairwiseSvm {
  const { classCount, present, pairs, gamma, scales } = machines;
  const medians = Float64Array.from(machines.medians);
  const support = kernelRows(machines.support, featureNames.length);
  const rankOf = new Map(present.map((label, rank) => [label, rank]));
  const k = present.length;

  /** Calls `use` with the margins of each row, one per pair; the array is reused. */
  const forEachRow = (features: FeatureMatrix, use: (margins: Float64Array, row: number) => void): void => {
    assertFeatureNames(featureNames, features);
    const { rows, columns } = features;
    const vectors = support.rows;
    const kernel = new Float64Array(BLOCK_ROWS * vectors);
    const margins = new Float64Array(pairs.length);
    for (let from = 0; from < rows; from += BLOCK_ROWS) {
      const to = Math.min(rows, from + BLOCK_ROWS);
      // In blocks: scaled copies of all rows would take three times their memory.
      const block = { ...features, values: features.values.subarray(from * columns, to * columns) };
      const scaled = kernelRows(scaleValues(imputeMedians(block, medians), scales), columns);
      fillDistances(scaled, 0, to - from, support, 0, kernel, vectors);
      for (let at = 0; at < (to - from) * vectors; at++) kernel[at] = Math.exp(-gamma * kernel[at]!);
      for (let row = from; row < to; row++) {
        const first = (row - from) * vectors;
        for (let index = 0; index < pairs.length; index++) {
          const pair = pairs[index]!;
          margins[index] = marginOf(pair.vectors, pair.coefficients, pair.bias, kernel, first);
        }
        use(margins, row);
      }
    }
  };

  return {
    family,
    featureNames,
    classCount,
    predictProbabilities: (features) => {
      const probabilities = new Float64Array(features.rows * classCount);
      const pairwise = new Float64Array(k * k);
      forEachRow(features, (margins, row) => {
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
      });
      return probabilities;
    },
    predictByVote: (features) => {
      const predicted = new Int32Array(features.rows);
      forEachRow(features, (margins, row) => {
        const won = new Array<number>(classCount).fill(0);
        pairs.forEach(({ first, second }, index) => won[margins[index]! > 0 ? first : second]!++);
        predicted[row] = won.indexOf(Math.max(...won));
      });
      return predicted;
    },
    toJson: () => ({
      ...machines,
      version: VERSION,
      support: numbersToBase64(machines.support),
      pairs: pairs.map((pair) => ({
        ...pair,
        vectors: numbersToBase64(pair.vectors),
        coefficients: numbersToBase64(pair.coefficients),
      })),
    }),
  };
}

/** Reads the model that `toJson()` wrote; throws ZodError for anything else. */
export function pairwiseSvmFromJson(
  family: ModelFamily,
  json: unknown,
  featureNames: readonly string[],
): PairwiseSvm {
  const machines = pairwiseSvmSchema
    .refine(({ medians }) => medians.length === featureNames.length, {
      error: `not of ${featureNames.length} features`,
    })
    .parse(json);
  return createPairwiseSvm(family, machines, featureNames);
}

function marginOf(
  vectors: Int32Array,
  coefficients: Float64Array,
  bias: number,
  kernel: Float64Array,
  first: number,
): number {
  let margin = bias;
  for (let at = 0; at < vectors.length; at++) margin += coefficients[at]! * kernel[first + vectors[at]!]!;
  return margin;
}

function faultOf({ classCount, present, medians, scales, support, pairs }: PairwiseMachines): string | null {
  const columns = medians.length;
  if (scales.length !== columns || support.length % columns !== 0) return 'its arrays differ in length';
  if (present.some((label, at) => label >= classCount || label <= (present[at - 1] ?? -1))) {
    return 'the classes present are not ascending classes of the model';
  }
  const vectors = support.length / columns;
  for (const [index, pair] of pairs.entries()) {
    if (pair.first >= pair.second || !present.includes(pair.first) || !present.includes(pair.second)) {
      return `pair ${index} is not of two classes, the lower one first`;
    }
    if (
      pair.vectors.length !== pair.coefficients.length ||
      pair.vectors.some((at) => at < 0 || at >= vectors)
    ) {
      return `pair ${index} refers to missing support vectors`;
    }
  }
  if (pairs.length !== (present.length * (present.length - 1)) / 2) return 'a pair of classes is missing';
  return null;
}

/** Rows used as support vectors; a row that several pairs use is kept once. */
export class SharedVectors {
  /** Row numbers, in order of first use. */
  readonly rows: number[] = [];
  readonly #positions = new Map<number, number>();

  /** Positions of the rows in `rows`, to which new ones are added. */
  positionsOf(rows: Iterable<number>): Int32Array {
    return Int32Array.from(rows, (row) => {
      const known = this.#positions.get(row);
      if (known !== undefined) return known;
      this.#positions.set(row, this.rows.length);
      return this.rows.push(row) - 1;
    });
  }
}
