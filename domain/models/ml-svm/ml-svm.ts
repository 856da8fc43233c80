import type { SvmSetting } from '../../../schemas/search.js';
import { takeAt, takeRows } from '../feature-matrix.js';
import type { FitInput } from '../fitted-model.js';
import { columnMedians, imputeMedians } from '../imputation.js';
import { deriveSeed } from '../random.js';
import { rowsByClass, stratifiedSample } from '../row-sample.js';
import {
  createPairwiseSvm,
  pairwiseSvmJsonSchema,
  type PairwiseSvm,
  type PairwiseSvmJson,
} from './pairwise-svm.js';
import { fitScaler, scaleValues } from './scaler.js';
import { kernelWidth } from './train-machine.js';
import { trainPair } from './train-pair.js';

/** Share of C by which a multiplier may pass it before a warning says so. */
const TOLERATED_OVERSHOOT = 1.01;

/**
 * One ml-svm machine per pair of classes (Gaussian kernel) on scaled inputs; probabilities by Platt
 * scaling per pair and pairwise coupling.
 *
 * @throws EstimatorError when a pair's iterations run out or its multipliers run away
 */
export function fitMlSvm(setting: SvmSetting, input: FitInput): { model: PairwiseSvm; warnings: string[] } {
  const { classCount, features, signal, seed } = input;
  const sample = stratifiedSample(input.labels, classCount, setting.rowCap, deriveSeed(seed, 'row-cap'));
  const matrix = takeRows(features, sample);
  const labels = takeAt(input.labels, sample);
  const medians = columnMedians(matrix);
  const imputed = imputeMedians(matrix, medians);
  const scales = fitScaler(imputed, features.columns);
  const scaled = scaleValues(imputed, scales);
  const rows = Array.from({ length: sample.length }, (_, row) =>
    Array.from(scaled.subarray(row * features.columns, (row + 1) * features.columns)),
  );

  const rowsOf = rowsByClass(labels, classCount);
  const present = [...rowsOf.keys()].filter((label) => rowsOf[label]!.length > 0);
  const couples = present.flatMap((first) =>
    present.filter((second) => second > first).map((second) => ({ first, second })),
  );
  const shared = new SharedRows();
  const overshoots: number[] = [];
  const pairs: PairwiseSvmJson['pairs'] = [];
  for (const { first, second } of couples) {
    signal?.throwIfAborted();
    const members = [...rowsOf[first]!, ...rowsOf[second]!];
    const { machine, sigmoid } = trainPair(
      setting,
      {
        rows: members.map((row) => rows[row]!),
        isFirst: members.map((row) => labels[row] === first),
        groups: members.map((row) => input.groups?.[sample[row]!] ?? row),
      },
      deriveSeed(seed, `pair-${first}-${second}`),
      `classes ${first} and ${second}`,
    );
    overshoots.push(machine.overshoot);
    pairs.push({
      first,
      second,
      vectors: machine.support.map((position) => shared.positionOf(members[position]!)),
      coefficients: [...machine.coefficients],
      bias: machine.bias,
      sigmoid,
    });
    input.onProgress?.(pairs.length, couples.length);
  }

  const json: PairwiseSvmJson = {
    classCount,
    present,
    medians: [...medians],
    scales,
    width: kernelWidth(setting, features.columns),
    support: shared.rows.map((row) => rows[row]!),
    pairs,
  };
  return {
    model: createPairwiseSvm(json, features.featureNames),
    warnings: [...capWarning(features.rows, sample.length), ...overshootWarning(overshoots)],
  };
}

/** The model that `toJson()` described; throws ZodError for anything else. */
export function mlSvmFromJson(json: unknown, featureNames: readonly string[]): PairwiseSvm {
  return createPairwiseSvm(pairwiseSvmJsonSchema.parse(json), featureNames);
}

/** Rows that serve as support vectors, each kept once however many pairs use it. */
class SharedRows {
  readonly rows: number[] = [];
  readonly #positions = new Map<number, number>();

  positionOf(row: number): number {
    const known = this.#positions.get(row);
    if (known !== undefined) return known;
    this.#positions.set(row, this.rows.length);
    return this.rows.push(row) - 1;
  }
}

function capWarning(rows: number, sampled: number): string[] {
  return sampled < rows ? [`ml-svm was trained on ${sampled} of ${rows} rows (row cap)`] : [];
}

function overshootWarning(overshoots: readonly number[]): string[] {
  const passed = overshoots.filter((overshoot) => overshoot > TOLERATED_OVERSHOOT);
  if (passed.length === 0) return [];
  const largest = Math.max(...passed).toFixed(2);
  return [
    `ml-svm let multipliers pass C in ${passed.length} of ${overshoots.length} pairs of classes (up to ${largest} times C)`,
  ];
}
