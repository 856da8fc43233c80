const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);

/**
 * The largest float32 that is not above the number: a float32 is at most the one exactly where it is at most the
 * other.
 */
export function roundDownToFloat32(value: number): number {
  asFloat[0] = value;
  if (asFloat[0] <= value) return asFloat[0];
  if (asFloat[0] === 0) return -(2 ** -149);
  // Neighbouring floats have neighbouring bits, whose order turns round below 0.
  asBits[0]! += asFloat[0] > 0 ? -1 : 1;
  return asFloat[0];
}
