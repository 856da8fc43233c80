import { deriveSeed } from '../../../common/random.js';
import type { MlSvmSetting } from '../../../schemas/search.js';
import { CALIBRATION_FOLDS, foldsOfGroups } from '../svm/calibration-folds.js';
import { fitSigmoid, type Sigmoid } from '../svm/platt.js';
import { gaussianKernel } from './gaussian-kernel.js';
import { kernelWidth, trainMachine, type Machine } from './train-machine.js';

/** Rows of two classes. */
export interface PairRows {
  /** rows x columns, standardised. */
  readonly rows: number[][];
  /** Whether the row is of the first class. */
  readonly isFirst: readonly boolean[];
  /** Session of each row, or the row itself if unknown. */
  readonly groups: readonly number[];
}

/** A machine for two classes and the sigmoid that turns its margins into probabilities. */
export interface TrainedPair {
  readonly machine: Machine;
  readonly sigmoid: Sigmoid;
}

/**
 * Trains the machine of a pair, and its sigmoid on margins of rows held out in three folds that keep sessions whole. If
 * only one class remains to train on, the rows of a fold get the margin +1 or -1, as in libsvm.
 *
 * @throws EstimatorError as `trainMachine` does
 */
export function trainPair(setting: MlSvmSetting, pair: PairRows, seed: number, what: string): TrainedPair {
  const machine = trainMachine(setting, pair.rows, pair.isFirst, deriveSeed(seed, 'whole'), what);
  const folds = foldsOfGroups(pair.groups, deriveSeed(seed, 'folds'));
  const margins = new Array<number>(pair.rows.length).fill(0);
  for (let fold = 0; fold < CALIBRATION_FOLDS; fold++) {
    const kept = [...folds.keys()].filter((row) => folds[row] !== fold);
    const held = [...folds.keys()].filter((row) => folds[row] === fold);
    const heldMargins = marginsOfHeldOut(
      setting,
      pair,
      kept,
      held,
      deriveSeed(seed, `calibration-${fold}`),
      what,
    );
    held.forEach((row, index) => (margins[row] = heldMargins[index]!));
  }
  return { machine, sigmoid: fitSigmoid(margins, pair.isFirst) };
}

function marginsOfHeldOut(
  setting: MlSvmSetting,
  { rows, isFirst }: PairRows,
  kept: readonly number[],
  held: readonly number[],
  seed: number,
  what: string,
): number[] {
  const firsts = kept.filter((row) => isFirst[row]).length;
  if (kept.length === 0) return held.map(() => 0);
  if (firsts === 0 || firsts === kept.length) return held.map(() => (firsts === 0 ? -1 : 1));

  const keptRows = kept.map((row) => rows[row]!);
  const machine = trainMachine(
    setting,
    keptRows,
    kept.map((row) => isFirst[row]!),
    seed,
    what,
  );
  const columns = rows[0]!.length;
  const support = Float64Array.from(machine.support.flatMap((position) => keptRows[position]!));
  const width = kernelWidth(setting, columns);
  return held.map((row) => {
    const kernel = gaussianKernel(Float64Array.from(rows[row]!), support, width);
    return machine.coefficients.reduce(
      (margin, coefficient, index) => margin + coefficient * kernel[index]!,
      machine.bias,
    );
  });
}
