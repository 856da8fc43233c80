/**
 * The likeliest class of each row, the lowest on a tie.
 *
 * @param probabilities rows x classes, row-major
 */
export function likeliestClasses(probabilities: Float64Array, classCount: number): Int32Array {
  return Int32Array.from({ length: probabilities.length / classCount }, (_, row) => {
    let best = 0;
    for (let label = 1; label < classCount; label++) {
      if (probabilities[row * classCount + label]! > probabilities[row * classCount + best]!) best = label;
    }
    return best;
  });
}
