/**
 * Baseline: each window is answered with what the model said of the window before it, as one would who expects no
 * change; the first of a session with the classes' shares. What a model is better by, it sees in the window itself.
 *
 * @param probabilities the model's, rows x classes, row-major, the rows of a session together and by time
 * @param sessions session of each row
 * @param shares of the classes in training
 */
export function previousRung(
  probabilities: Float64Array,
  sessions: readonly string[],
  shares: Float64Array,
): Float64Array {
  const classCount = shares.length;
  const answers = new Float64Array(probabilities.length);
  for (let row = 0; row < sessions.length; row++) {
    const isFirst = row === 0 || sessions[row] !== sessions[row - 1];
    answers.set(
      isFirst ? shares : probabilities.subarray((row - 1) * classCount, row * classCount),
      row * classCount,
    );
  }
  return answers;
}
