/**
 * `dividend // divisor` of float64 in Python and NumPy: by way of the exact remainder, so not always the floor of the
 * rounded quotient. For a divisor above 0.
 */
export function floorDivide(dividend: number, divisor: number): number {
  let remainder = dividend % divisor;
  if (remainder < 0) remainder += divisor;
  const quotient = (dividend - remainder) / divisor;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}
