import { deriveSeed } from '../../../common/random.js';
import type { FitPart } from '../../fitting/fit-part.js';
import { CALIBRATION_FOLDS, foldsOfGroups } from './calibration-folds.js';
import { fitSigmoid, type Sigmoid } from './platt.js';
import { solveDual, type DualSolution } from './solve-dual.js';

/** Input of the machines of all pairs, on shared memory for all threads. */
export interface MachineWork {
  /** Squared distances, rows x rows. */
  readonly distances: Float32Array;
  /** The kernel, rows x rows, filled row by row on first use. */
  readonly kernel: Float32Array;
  /** By row: 1 if the kernel's row is filled. */
  readonly filled: Int32Array;
  readonly rows: number;
  /** Kernel exp(-gamma d²). */
  readonly gamma: number;
  /** Ascending by class. */
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  /** Upper bound of the multipliers of each class's rows. */
  readonly bounds: Float64Array;
  readonly tolerance: number;
  readonly pairs: readonly { readonly first: number; readonly second: number }[];
  readonly seed: number;
}

/** A machine for a pair of classes. */
export interface SvmMachine {
  /** Rows that are support vectors, ascending. */
  readonly vectors: Int32Array;
  /** Multiplier times sign, one per support vector. */
  readonly coefficients: Float64Array;
  readonly bias: number;
  readonly sigmoid: Sigmoid;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Machines of pairs of classes; a part is one pair. */
export const SVM_MACHINES: FitPart<MachineWork, SvmMachine> = {
  name: 'svm-machines',
  prepare: (work) => (pair) => trainSvmMachine(work, pair),
};

/**
 * Trains the machine of one pair on its rows, and its sigmoid on the margins of rows held out in three folds that keep
 * sessions whole. If only one class remains to train on, the rows of a fold get the margin +1 or -1, as in libsvm.
 */
function trainSvmMachine(work: MachineWork, index: number): SvmMachine {
  const { labels, groups, seed } = work;
  const { first, second } = work.pairs[index]!;
  const members = Int32Array.from(labels.keys()).filter(
    (row) => labels[row] === first || labels[row] === second,
  );
  const whole = solve(work, members, first);
  const folds = foldsOfGroups(
    Array.from(members, (row) => groups[row]!),
    deriveSeed(seed, `pair-${first}-${second}`),
  );
  const margins = new Float64Array(members.length);
  for (let fold = 0; fold < CALIBRATION_FOLDS; fold++) {
    const kept = members.filter((_row, at) => folds[at] !== fold);
    const marginOf = trainedMargins(work, kept, first);
    members.forEach((row, at) => {
      if (folds[at] === fold) margins[at] = marginOf(row);
    });
  }
  const isVector = (_row: number, at: number): boolean => whole.coefficients[at] !== 0;
  return {
    vectors: members.filter(isVector),
    coefficients: whole.coefficients.filter((coefficient) => coefficient !== 0),
    bias: whole.bias,
    sigmoid: fitSigmoid(
      [...margins],
      Array.from(members, (row) => labels[row] === first),
    ),
    iterations: whole.iterations,
    converged: whole.converged,
  };
}

function solve(work: MachineWork, members: Int32Array, first: number): DualSolution {
  const { labels, bounds, tolerance } = work;
  return solveDual({
    rows: members,
    signs: Int8Array.from(members, (row) => (labels[row] === first ? 1 : -1)),
    bounds: Float64Array.from(members, (row) => bounds[labels[row]!]!),
    kernelOf: (row) => kernelRow(work, row),
    tolerance,
  });
}

/** Margins of rows by a machine trained on others; `kept` may be empty or of one class. */
function trainedMargins(work: MachineWork, kept: Int32Array, first: number): (row: number) => number {
  const firsts = kept.filter((row) => work.labels[row] === first).length;
  if (kept.length === 0) return () => 0;
  if (firsts === 0 || firsts === kept.length) return () => (firsts === 0 ? -1 : 1);
  const { coefficients, bias } = solve(work, kept, first);
  const vectors = kept.filter((_row, at) => coefficients[at] !== 0);
  const weights = coefficients.filter((coefficient) => coefficient !== 0);
  return (row) => {
    const kernel = kernelRow(work, row);
    let margin = bias;
    for (let at = 0; at < vectors.length; at++) margin += weights[at]! * kernel[vectors[at]!]!;
    return margin;
  };
}

/** A row of the kernel, computed on first use; two threads may compute the same row and write the same values. */
function kernelRow({ distances, kernel, filled, rows, gamma }: MachineWork, row: number): Float32Array {
  const from = row * rows;
  const ofRow = kernel.subarray(from, from + rows);
  if (Atomics.load(filled, row) === 1) return ofRow;
  for (let other = 0; other < rows; other++) ofRow[other] = Math.exp(-gamma * distances[from + other]!);
  Atomics.store(filled, row, 1);
  return ofRow;
}
