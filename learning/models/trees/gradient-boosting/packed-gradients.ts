/**
 * Packs two integers into one float64 per row, hessian x HESSIAN_UNIT + gradient, so that one addition adds both. Sums
 * of any rows are exact in any order: absolute sums of gradients are below half a unit and sums of hessians below
 * 2^26, so that every sum fits the 53 bits of a float64.
 */
export const HESSIAN_UNIT = 2 ** 27;

/** Sum of all rows' scaled absolute gradients, and of their scaled hessians, before rounding. */
const SUM_LIMIT = 2 ** 25;

/** Divisors of the packed integers. */
export interface PackScales {
  readonly gradient: number;
  readonly hessian: number;
}

/**
 * Rounds gradients and hessians to integers and packs them. The rounding error of a row is carried to the next one, so
 * that sums over many rows are far more precise than single rows. Quantised gradients train as well as exact ones (Shi
 * et al., Quantized Training of Gradient Boosting Decision Trees, 2022).
 *
 * @param packed output, one per row
 * @throws RangeError if there are more rows than fit the packing
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

/** Hessian of a packed sum, in its scale; the rest is the gradient. */
export function hessianOf(sum: number): number {
  return Math.floor(sum / HESSIAN_UNIT + 0.5);
}
