import SVM from 'ml-svm';
import { createRandom, deriveSeed } from '../../../common/random.js';
import type { MlSvmSetting } from '../../../schemas/search.js';
import { EstimatorError } from '../../fitting/estimator-error.js';

/** A trained machine for one pair of classes: margin(x) = bias + sum of coefficient x kernel(x, support row). */
export interface Machine {
  /** Positions of the support vectors among the training rows. */
  readonly support: readonly number[];
  /** Multiplier times label, one per support vector. */
  readonly coefficients: readonly number[];
  readonly bias: number;
  /** Largest multiplier over C; above 1, the package has left the box constraint. */
  readonly overshoot: number;
}

/**
 * The package uses C, not C + a_j - a_i, as the upper bound when two rows of different classes move together, so
 * multipliers can exceed C and, rarely, diverge (10^290 was seen). Another random choice of partners usually avoids it.
 */
const ATTEMPTS = 5;
const RUNAWAY = 10;

/**
 * Trains ml-svm (Platt's simplified SMO, Gaussian kernel) on the rows of two classes.
 *
 * @param rows standardised values
 * @param isFirst whether the row is of the class with positive margins; both classes must occur
 * @param what names the two classes in errors
 * @throws EstimatorError if the iterations run out or the multipliers diverge in every attempt
 */
export function trainMachine(
  setting: MlSvmSetting,
  rows: number[][],
  isFirst: readonly boolean[],
  seed: number,
  what: string,
): Machine {
  const labels = isFirst.map((first): 1 | -1 => (first ? 1 : -1));
  let reason = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const random = createRandom(deriveSeed(seed, `attempt-${attempt}`));
    const svm = new SVM({
      C: setting.C,
      kernel: 'rbf',
      kernelOptions: { sigma: kernelWidth(setting, rows[0]!.length) },
      maxIterations: setting.maxIterations,
      whitening: false,
      random: () => random.uniform(),
    });
    try {
      svm.train(rows, labels);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'max iterations reached') throw error;
      throw new EstimatorError(
        setting,
        `max iterations reached on ${rows.length} rows of ${what}; a larger maxIterations, a smaller C or fewer rows may help`,
      );
    }
    const overshoot = svm.alphas.reduce((largest, alpha) => Math.max(largest, alpha), 0) / setting.C;
    if (overshoot < RUNAWAY && Number.isFinite(svm.b)) {
      const support = svm.supportVectors();
      return {
        support,
        coefficients: support.map((row, index) => svm.alphas[index]! * labels[row]!),
        bias: svm.b,
        overshoot,
      };
    }
    reason = `multipliers diverged to ${overshoot.toPrecision(2)} times C on ${rows.length} rows of ${what} in ${ATTEMPTS} attempts; a larger C may help`;
  }
  throw new EstimatorError(setting, reason);
}

/** Width of the Gaussian kernel between standardised rows: the setting's sigma times the square root of the columns. */
export function kernelWidth({ sigma }: Pick<MlSvmSetting, 'sigma'>, columns: number): number {
  return sigma * Math.sqrt(columns);
}
