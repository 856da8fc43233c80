const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);

/**
 * The largest float32 that is at most the number: any float32 is at most the result if and only if it is at most the
 * number.
 */
export function roundDownToFloat32(value: number): number {
  asFloat[0] = value;
  if (asFloat[0] <= value) return asFloat[0];
  if (asFloat[0] === 0) return -(2 ** -149);
  // Neighbouring floats have neighbouring bit patterns, in reverse order below 0.
  asBits[0]! += asFloat[0] > 0 ? -1 : 1;
  return asFloat[0];
}
