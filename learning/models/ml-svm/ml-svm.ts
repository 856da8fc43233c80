import { deriveSeed } from '../../../common/random.js';
import type { MlSvmSetting } from '../../../schemas/search.js';
import { takeAt, takeRows } from '../../fitting/feature-matrix.js';
import type { FitInput } from '../../fitting/fitted-model.js';
import { columnMedians, imputeMedians } from '../../fitting/imputation.js';
import { rowsByClass, stratifiedSample } from '../../fitting/row-sample.js';
import {
  createPairwiseSvm,
  type PairMachine,
  type PairwiseMachines,
  type PairwiseSvm,
  SharedVectors,
} from '../svm/pairwise-svm.js';
import { fitScaler, scaleValues } from '../svm/scaler.js';
import { kernelWidth } from './train-machine.js';
import { trainPair } from './train-pair.js';

/** Multiplier over C above which a warning is given. */
const TOLERATED_OVERSHOOT = 1.01;

/**
 * One ml-svm machine per pair of classes (Gaussian kernel) on scaled inputs; probabilities by Platt scaling per pair
 * and pairwise coupling.
 *
 * @throws EstimatorError if a pair's iterations run out or its multipliers diverge
 */
export function fitMlSvm(setting: MlSvmSetting, input: FitInput): { model: PairwiseSvm; warnings: string[] } {
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

  const nameOf = (label: number): string => input.classNames?.[label] ?? `class ${label}`;
  const rowsOf = rowsByClass(labels, classCount);
  const present = [...rowsOf.keys()].filter((label) => rowsOf[label]!.length > 0);
  const couples = present.flatMap((first) =>
    present.filter((second) => second > first).map((second) => ({ first, second })),
  );
  const shared = new SharedVectors();
  const overshoots: number[] = [];
  const pairs: PairMachine[] = [];
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
      `${nameOf(first)} and ${nameOf(second)}`,
    );
    overshoots.push(machine.overshoot);
    pairs.push({
      first,
      second,
      vectors: shared.positionsOf(machine.support.map((position) => members[position]!)),
      coefficients: Float64Array.from(machine.coefficients),
      bias: machine.bias,
      sigmoid,
    });
    input.onProgress?.(pairs.length, couples.length);
  }

  const machines: PairwiseMachines = {
    classCount,
    present,
    medians: [...medians],
    scales,
    gamma: 1 / (2 * kernelWidth(setting, features.columns) ** 2),
    support: takeRows({ ...matrix, values: scaled }, Int32Array.from(shared.rows)).values,
    pairs,
  };
  return {
    model: createPairwiseSvm('ml-svm', machines, features.featureNames),
    warnings: [...capWarning(features.rows, sample.length), ...overshootWarning(overshoots)],
  };
}

function capWarning(rows: number, sampled: number): string[] {
  return sampled < rows ? [`ml-svm was trained on ${sampled} of ${rows} rows (row cap)`] : [];
}

function overshootWarning(overshoots: readonly number[]): string[] {
  const passed = overshoots.filter((overshoot) => overshoot > TOLERATED_OVERSHOOT);
  if (passed.length === 0) return [];
  const largest = Math.max(...passed).toFixed(2);
  return [
    `ml-svm: multipliers exceeded C in ${passed.length} of ${overshoots.length} pairs of classes (up to ${largest} times C)`,
  ];
}
