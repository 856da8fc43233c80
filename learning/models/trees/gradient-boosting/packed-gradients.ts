/**
 * One float64 a row that holds two integers, hessian x HESSIAN_UNIT + gradient, so that one addition adds both.
 * Sums of any rows are exact, in whatever order they are made: gradients add up to less than half a unit either
 * way and hessians to less than 2^26, which keeps every sum within the 53 bits of a float64.
 */
export const HESSIAN_UNIT = 2 ** 27;

/** What all rows' scaled gradients, and hessians, come to before rounding. */
const SUM_LIMIT = 2 ** 25;

/** What the packed integers have to be divided by. */
export interface PackScales {
  readonly gradient: number;
  readonly hessian: number;
}

/**
 * Rounds gradients and hessians to integers and packs them. The rounding error of a row is carried to the next
 * one, so that sums over many rows keep far more digits than single rows do; quantised gradients train as well
 * as exact ones (Shi et al., Quantized Training of Gradient Boosting Decision Trees, 2022).
 *
 * @param packed filled, one a row
 * @throws RangeError with more rows than the packing has room for
 */
export function packGradients(
  gradients: Float64Array,
  hessians: Float64Array,
  packed: Float64Array,
): PackScales {
  const rows = packed.length;
  if (rows >= SUM_LIMIT) throw new RangeError(`boosting takes at most ${SUM_LIMIT} rows, not ${rows}`);
  let gradientSum = 0;
  let hessianSum = 0;
  for (let row = 0; row < rows; row++) {
    gradientSum += Math.abs(gradients[row]!);
    hessianSum += hessians[row]!;
  }
  const scales = {
    gradient: gradientSum > 0 ? SUM_LIMIT / gradientSum : 1,
    hessian: hessianSum > 0 ? SUM_LIMIT / hessianSum : 1,
  };
  const { gradient: gradientScale, hessian: hessianScale } = scales;
  let gradientRest = 0;
  let hessianRest = 0;
  for (let row = 0; row < rows; row++) {
    const gradient = gradients[row]! * gradientScale + gradientRest;
    const hessian = hessians[row]! * hessianScale + hessianRest;
    const wholeGradient = Math.floor(gradient + 0.5);
    const wholeHessian = Math.floor(hessian + 0.5);
    gradientRest = gradient - wholeGradient;
    hessianRest = hessian - wholeHessian;
    packed[row] = wholeHessian * HESSIAN_UNIT + wholeGradient;
  }
  return scales;
}

/** Hessian of a packed sum, in its scale; the gradient is what is left of it. */
export function hessianOf(sum: number): number {
  return Math.floor(sum / HESSIAN_UNIT + 0.5);
}
