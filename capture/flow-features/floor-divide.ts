/**
 * `dividend // divisor` of float64 as in Python and NumPy: computed from the exact remainder, so not always the
 * floor of the rounded quotient. The divisor must be above 0.
 */
export function floorDivide(dividend: number, divisor: number): number {
  let remainder = dividend % divisor;
  if (remainder < 0) remainder += divisor;
  const quotient = (dividend - remainder) / divisor;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}
