/** Turns a margin m into the probability of the first class: 1 / (1 + exp(a m + b)). */
export interface Sigmoid {
  readonly a: number;
  readonly b: number;
}

const MAX_ITERATIONS = 100;
const MIN_STEP = 1e-10;
const RIDGE = 1e-12;
const TOLERANCE = 1e-5;

/**
 * Fits Platt's sigmoid to margins by Newton's method with backtracking (Lin, Lin and Weng, "A note on Platt's
 * probabilistic outputs for support vector machines", Machine Learning 68, 2007, algorithm 1).
 *
 * @param margins one per row, preferably of rows that the machine was not trained on
 * @param isFirst whether the row is of the first class (positive margins)
 */
export function fitSigmoid(margins: readonly number[], isFirst: readonly boolean[]): Sigmoid {
  const firsts = isFirst.filter(Boolean).length;
  const seconds = isFirst.length - firsts;
  const target = isFirst.map((first) => (first ? (firsts + 1) / (firsts + 2) : 1 / (seconds + 2)));
  let a = 0;
  let b = Math.log((seconds + 1) / (firsts + 1));
  let loss = lossOf(margins, target, a, b);

  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const { h11, h22, h21, g1, g2 } = derivatives(margins, target, a, b);
    if (Math.abs(g1) < TOLERANCE && Math.abs(g2) < TOLERANCE) break;
    const determinant = h11 * h22 - h21 * h21;
    const stepA = -(h22 * g1 - h21 * g2) / determinant;
    const stepB = -(-h21 * g1 + h11 * g2) / determinant;
    const slope = g1 * stepA + g2 * stepB;
    let size = 1;
    while (size >= MIN_STEP) {
      const nextLoss = lossOf(margins, target, a + size * stepA, b + size * stepB);
      if (nextLoss < loss + 1e-4 * size * slope) {
        a += size * stepA;
        b += size * stepB;
        loss = nextLoss;
        break;
      }
      size /= 2;
    }
    if (size < MIN_STEP) break;
  }
  return { a, b };
}

/** Probability of the first class at a margin. */
export function sigmoidAt({ a, b }: Sigmoid, margin: number): number {
  const exponent = a * margin + b;
  return exponent >= 0 ? Math.exp(-exponent) / (1 + Math.exp(-exponent)) : 1 / (1 + Math.exp(exponent));
}

function lossOf(margins: readonly number[], target: readonly number[], a: number, b: number): number {
  let loss = 0;
  for (const [row, margin] of margins.entries()) {
    const exponent = margin * a + b;
    loss +=
      exponent >= 0
        ? target[row]! * exponent + Math.log1p(Math.exp(-exponent))
        : (target[row]! - 1) * exponent + Math.log1p(Math.exp(exponent));
  }
  return loss;
}

function derivatives(margins: readonly number[], target: readonly number[], a: number, b: number) {
  let h11 = RIDGE;
  let h22 = RIDGE;
  let h21 = 0;
  let g1 = 0;
  let g2 = 0;
  for (const [row, margin] of margins.entries()) {
    const p = sigmoidAt({ a, b }, margin);
    const curvature = p * (1 - p);
    h11 += margin * margin * curvature;
    h22 += curvature;
    h21 += margin * curvature;
    const difference = target[row]! - p;
    g1 += margin * difference;
    g2 += difference;
  }
  return { h11, h22, h21, g1, g2 };
}
