import { deriveSeed } from '../../../common/random.js';
import type { SvmSetting } from '../../../schemas/search.js';
import { classWeights } from '../../fitting/class-weights.js';
import { takeRows } from '../../fitting/feature-matrix.js';
import { LONE_CREW } from '../../fitting/fit-crew.js';
import type { FitInput } from '../../fitting/fitted-model.js';
import { createPairwiseSvm, SharedVectors, type PairwiseMachines, type PairwiseSvm } from './pairwise-svm.js';
import { prepareSvm, type PreparedSvm } from './prepare-svm.js';
import { SVM_MACHINES, type MachineWork } from './svm-machine.js';

/** Distance and kernel value, a float32 each. */
const BYTES_PER_PAIR = 8;

/**
 * One support vector machine with a Gaussian kernel per pair of classes (one-vs-one), on scaled inputs; probabilities
 * by Platt scaling per pair and pairwise coupling.
 */
export function fitSvm(setting: SvmSetting, input: FitInput): { model: PairwiseSvm; warnings: string[] } {
  const { features, classCount, crew = LONE_CREW, signal, onProgress } = input;
  const prepared = preparedOf(setting, input);
  const rows = prepared.labels.length;
  const columns = prepared.scales.filter(({ scale }) => scale > 0).length;
  const gamma = setting.gamma / Math.max(1, columns);
  const present = [...new Set(prepared.labels)];
  const pairs = present.flatMap((first) =>
    present.filter((second) => second > first).map((second) => ({ first, second })),
  );
  const work: MachineWork = {
    distances: prepared.distances,
    kernel: new Float32Array(new SharedArrayBuffer(rows ** 2 * 4)),
    filled: new Int32Array(new SharedArrayBuffer(rows * 4)),
    rows,
    gamma,
    labels: prepared.labels,
    groups: prepared.groups,
    bounds: classWeights(prepared.labels, classCount, setting.classWeights).map(
      (weight) => weight * setting.C,
    ),
    tolerance: setting.tolerance,
    pairs,
    seed: deriveSeed(input.seed, 'machines'),
  };
  const team = crew.team(SVM_MACHINES, work);
  const vectors = new SharedVectors();
  try {
    const trained = team.run(0, pairs.length, { signal, onProgress });
    const machines: Omit<PairwiseMachines, 'support'> = {
      classCount,
      present,
      medians: [...prepared.medians],
      scales: [...prepared.scales],
      gamma,
      pairs: trained.map((machine, index) => ({
        ...pairs[index]!,
        vectors: vectors.positionsOf(machine.vectors),
        coefficients: machine.coefficients,
        bias: machine.bias,
        sigmoid: machine.sigmoid,
      })),
    };
    const scaled = { ...features, rows, values: prepared.values };
    const support = takeRows(scaled, Int32Array.from(vectors.rows)).values;
    const unfinished = trained.filter(({ converged }) => !converged).length;
    return {
      model: createPairwiseSvm('svm', { ...machines, support }, features.featureNames),
      warnings: [
        ...capWarning(setting, features.rows, rows),
        ...(unfinished > 0 ? [`svm: ${unfinished} of ${pairs.length} machines ran out of iterations`] : []),
      ],
    };
  } finally {
    team.end();
  }
}

function preparedOf(setting: SvmSetting, input: FitInput): PreparedSvm {
  const cap = Math.max(2, Math.floor(Math.sqrt((setting.memoryMiB * 2 ** 20) / BYTES_PER_PAIR)));
  const seed = deriveSeed(input.seed, 'row-cap');
  const make = (): PreparedSvm => prepareSvm(input, cap, seed, input.crew ?? LONE_CREW);
  return input.shared === undefined ? make() : input.shared.of(`svm ${cap} ${seed}`, make);
}

function capWarning({ memoryMiB }: SvmSetting, rows: number, sampled: number): string[] {
  return sampled < rows
    ? [
        `svm was trained on ${sampled} of ${rows} rows: the kernel of more rows does not fit ${memoryMiB} MiB (memoryMiB)`,
      ]
    : [];
}
