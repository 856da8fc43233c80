/**
 * Class probabilities from the probabilities of every pair of classes: the second method of Wu, Lin and Weng,
 * "Probability estimates for multi-class classification by pairwise coupling", JMLR 5, 2004 (algorithm 2, which libsvm
 * uses).
 *
 * @param pairwise k x k, row-major: at i, j the probability of class i given that it is i or j; the diagonal is not
 *   read
 * @param k number of classes
 * @returns k probabilities that sum to 1
 */
export function coupleProbabilities(pairwise: Float64Array, k: number): Float64Array {
  const at = (i: number, j: number): number => pairwise[i * k + j]!;
  const q = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      if (i === j) continue;
      q[i * k + i]! += at(j, i) * at(j, i);
      q[i * k + j] = -at(j, i) * at(i, j);
    }
  }

  const p = new Float64Array(k).fill(1 / k);
  const qp = new Float64Array(k);
  const tolerance = 0.005 / k;
  for (let iteration = 0; iteration < Math.max(100, k); iteration++) {
    let pqp = 0;
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += q[i * k + j]! * p[j]!;
      qp[i] = sum;
      pqp += p[i]! * sum;
    }
    if (qp.every((value) => Math.abs(value - pqp) < tolerance)) break;
    for (let i = 0; i < k; i++) {
      const step = (pqp - qp[i]!) / q[i * k + i]!;
      p[i]! += step;
      pqp = (pqp + step * (step * q[i * k + i]! + 2 * qp[i]!)) / (1 + step) ** 2;
      for (let j = 0; j < k; j++) {
        qp[j] = (qp[j]! + step * q[i * k + j]!) / (1 + step);
        p[j]! /= 1 + step;
      }
    }
  }
  const sum = p.reduce((left, right) => left + right, 0);
  return p.map((value) => value / sum);
}
