/**
 * Baseline that assumes no change: each window gets the model's probabilities for the previous window; the first window
 * of a session gets the classes' shares. The model's lead over it is due to evidence in the window itself.
 *
 * @param probabilities of the model, rows x classes, row-major; the rows of a session are consecutive and by time
 * @param sessions session of each row
 * @param shares of the classes in training
 */
export function previousRung(
  probabilities: Float64Array,
  sessions: readonly string[],
  shares: Float64Array,
): Float64Array {
  const classCount = shares.length;
  const repeated = new Float64Array(probabilities.length);
  for (let row = 0; row < sessions.length; row++) {
    const isFirst = row === 0 || sessions[row] !== sessions[row - 1];
    repeated.set(
      isFirst ? shares : probabilities.subarray((row - 1) * classCount, row * classCount),
      row * classCount,
    );
  }
  return repeated;
}
