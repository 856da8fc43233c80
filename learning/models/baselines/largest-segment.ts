import { z } from 'zod';
import type { LargestSegmentSetting } from '../../../schemas/search.js';
import { EstimatorError } from '../../fitting/estimator-error.js';
import { assertFeatureNames } from '../../fitting/feature-matrix.js';
import type { FitInput, FitResult, FittedModel } from '../../fitting/fitted-model.js';
import { fitMonotoneSteps, stepAt } from './monotone-steps.js';

/** Columns with the size of the largest recent segment; the first one present is used. */
const LARGEST_SEGMENT_COLUMNS = [
  '120s_max_chunksize',
  '10_max_chunksize',
  '10_chunksizes_90',
  'max_chunksize',
  'allprev_max_chunksize',
  '10_avg_chunksize',
] as const;

const numbers = z.array(z.number());
const share = z.number().min(0).max(1);

const largestSegmentSchema = z.strictObject({
  version: z.literal(1),
  column: z.string(),
  /** For each class but the last: share of higher classes, by size. */
  above: z.array(z.strictObject({ from: numbers.min(1), values: z.array(share).min(1) })),
  /** Shares of the classes in windows without a segment. */
  missing: z.array(share).min(1),
});

type LargestSegment = z.infer<typeof largestSegmentSchema>;

/**
 * Baseline on one number, the size of the largest recent segment: for each rung, the share of windows above it is the
 * increasing function of the size that fits the training rows best (isotonic distributional regression: Henzi, Ziegel
 * and Gneiting 2021). A window without segments gets the shares of such windows in training.
 *
 * @throws EstimatorError if the features have no such column, or no value in it
 */
export function fitLargestSegment(setting: LargestSegmentSetting, input: FitInput): FitResult {
  const { features, labels, classCount } = input;
  const column = LARGEST_SEGMENT_COLUMNS.find((name) => features.featureNames.includes(name));
  if (column === undefined) {
    throw new EstimatorError(setting, `needs one of the features ${LARGEST_SEGMENT_COLUMNS.join(', ')}`);
  }
  const at = features.featureNames.indexOf(column);
  const sizeOf = (row: number): number => features.values[row * features.columns + at]!;
  const all = [...labels.keys()];
  const seen = all
    .filter((row) => Number.isFinite(sizeOf(row)))
    .sort((left, right) => sizeOf(left) - sizeOf(right));
  if (seen.length === 0) throw new EstimatorError(setting, `no row has a value of ${column}`);
  const unseen = all.filter((row) => !Number.isFinite(sizeOf(row)));
  const sizes = Float64Array.from(seen, sizeOf);
  const above = Array.from({ length: classCount - 1 }, (_, label) =>
    fitMonotoneSteps(
      sizes,
      Uint8Array.from(seen, (row) => (labels[row]! > label ? 1 : 0)),
    ),
  );
  const shown = unseen.length > 0 ? unseen : all;
  const missing = Array.from(
    { length: classCount },
    (_, label) => shown.filter((row) => labels[row] === label).length / shown.length,
  );
  const lookup = {
    version: 1 as const,
    column,
    above: above.map(({ from, values }) => ({ from: [...from], values: [...values] })),
    missing,
  };
  return { model: createLargestSegment(lookup, features.featureNames), warnings: [] };
}

/** Reads the model that `toJson()` wrote; throws ZodError for anything else. */
export function largestSegmentFromJson(json: unknown, featureNames: readonly string[]): FittedModel {
  const lookup = largestSegmentSchema
    .refine(({ column }) => featureNames.includes(column), {
      error: 'its column is not a feature of the model',
    })
    .refine(({ above, missing }) => above.length === missing.length - 1, { error: 'a class is missing' })
    .parse(json);
  return createLargestSegment(lookup, featureNames);
}

function createLargestSegment(lookup: LargestSegment, featureNames: readonly string[]): FittedModel {
  const { column, above, missing } = lookup;
  const classCount = missing.length;
  const at = featureNames.indexOf(column);
  return {
    family: 'largest-segment',
    featureNames,
    classCount,
    predictProbabilities: (features) => {
      assertFeatureNames(featureNames, features);
      const probabilities = new Float64Array(features.rows * classCount);
      for (let row = 0; row < features.rows; row++) {
        const size = features.values[row * features.columns + at]!;
        let higher = 1;
        for (let label = 0; label < classCount; label++) {
          const next = label < classCount - 1 ? stepAt(above[label] ?? { from: [0], values: [0] }, size) : 0;
          probabilities[row * classCount + label] = Number.isFinite(size)
            ? Math.max(0, higher - next)
            : missing[label]!;
          higher = next;
        }
      }
      return probabilities;
    },
    toJson: () => lookup,
  };
}
