/** The dual problem of one machine: rows of two classes, their bounds, and the kernel between them. */
export interface DualProblem {
  /** Row in the kernel matrix of each row of the problem. */
  readonly rows: Int32Array;
  /** +1 or -1, one per row; both must occur. */
  readonly signs: Int8Array;
  /** Upper bound of each multiplier. */
  readonly bounds: Float64Array;
  /** The kernel between a row of the matrix and all rows; valid as long as the matrix. */
  readonly kernelOf: (row: number) => Float32Array;
  /** Violation of the optimality conditions at which the solver stops; libsvm's default is 0.001. */
  readonly tolerance: number;
}

/** A trained machine: margin(x) = bias + sum of coefficients x kernel(x, row). */
export interface DualSolution {
  /** Multiplier times sign, one per row; 0 for rows that are not support vectors. */
  readonly coefficients: Float64Array;
  readonly bias: number;
  readonly iterations: number;
  /** Whether the tolerance was reached. */
  readonly converged: boolean;
}

/** libsvm's minimum curvature along a pair of rows. */
const MIN_CURVATURE = 1e-12;

/** Limit of the iterations; libsvm's is at least ten million. */
const MAX_ITERATIONS = 10_000_000;

const UP = 1;
const LOW = 2;

/**
 * Sequential minimal optimisation of a support vector machine whose kernel is 1 between a row and itself. The rows of
 * each step are chosen by second-order information (Fan, Chen and Lin, "Working set selection using second order
 * information for training support vector machines", JMLR 6, 2005; ties as in libsvm). `slopes` contains sign x
 * gradient, so that rows of both signs are treated alike. One pass over the rows updates it and finds the next first
 * row, a second pass finds its partner. There is no shrinking: if the kernel matrix fits in memory, a pass over all
 * rows costs less than the bookkeeping.
 */
export function solveDual({ rows, signs, bounds, kernelOf, tolerance }: DualProblem): DualSolution {
  const count = rows.length;
  const multipliers = new Float64Array(count);
  const slopes = Float64Array.from(signs, (sign) => -sign);
  /** Directions in which a multiplier can move: UP: sign x multiplier can grow; LOW: it can shrink. */
  const moves = Uint8Array.from(signs, (sign) => (sign > 0 ? UP : LOW));

  let first = -1;
  let highest = -Infinity;
  for (let row = 0; row < count; row++) {
    if ((moves[row]! & UP) !== 0 && -slopes[row]! >= highest) {
      highest = -slopes[row]!;
      first = row;
    }
  }

  let iterations = 0;
  for (; iterations < MAX_ITERATIONS && first >= 0; iterations++) {
    const ofFirst = kernelOf(rows[first]!);
    let second = -1;
    let lowest = -Infinity;
    let best = Infinity;
    for (let row = 0; row < count; row++) {
      if ((moves[row]! & LOW) === 0) continue;
      const slope = slopes[row]!;
      if (slope >= lowest) lowest = slope;
      const violation = highest + slope;
      if (violation <= 0) continue;
      const curvature = 2 - 2 * ofFirst[rows[row]!]!;
      const change = -(violation * violation) / (curvature > 0 ? curvature : MIN_CURVATURE);
      if (change <= best) {
        best = change;
        second = row;
      }
    }
    if (second < 0 || highest + lowest < tolerance) {
      return finish(true);
    }

    const ofSecond = kernelOf(rows[second]!);
    const before = [multipliers[first]!, multipliers[second]!] as const;
    moveTogether(
      multipliers,
      bounds,
      signs,
      slopes,
      first,
      second,
      Math.max(2 - 2 * ofFirst[rows[second]!]!, MIN_CURVATURE),
    );
    moves[first] = movesOf(first);
    moves[second] = movesOf(second);
    const byFirst = signs[first]! * (multipliers[first]! - before[0]);
    const bySecond = signs[second]! * (multipliers[second]! - before[1]);
    first = -1;
    highest = -Infinity;
    for (let row = 0; row < count; row++) {
      const at = rows[row]!;
      const slope = slopes[row]! + byFirst * ofFirst[at]! + bySecond * ofSecond[at]!;
      slopes[row] = slope;
      if ((moves[row]! & UP) !== 0 && -slope >= highest) {
        highest = -slope;
        first = row;
      }
    }
  }
  return finish(first < 0);

  function movesOf(row: number): number {
    const multiplier = multipliers[row]!;
    const canGrow = multiplier < bounds[row]!;
    const canShrink = multiplier > 0;
    return signs[row]! > 0
      ? (canGrow ? UP : 0) | (canShrink ? LOW : 0)
      : (canShrink ? UP : 0) | (canGrow ? LOW : 0);
  }

  function finish(converged: boolean): DualSolution {
    return {
      coefficients: multipliers.map((multiplier, row) => multiplier * signs[row]!),
      bias: -offsetOf(slopes, moves, multipliers, bounds),
      iterations,
      converged,
    };
  }
}

/** Moves two multipliers along the equality constraint to the minimum of the dual, within their bounds. */
function moveTogether(
  multipliers: Float64Array,
  bounds: Float64Array,
  signs: Int8Array,
  slopes: Float64Array,
  first: number,
  second: number,
  curvature: number,
): void {
  const boundFirst = bounds[first]!;
  const boundSecond = bounds[second]!;
  const oldFirst = multipliers[first]!;
  const oldSecond = multipliers[second]!;
  const gradientFirst = slopes[first]! * signs[first]!;
  const gradientSecond = slopes[second]! * signs[second]!;
  let a: number;
  let b: number;
  if (signs[first] !== signs[second]) {
    const step = (-gradientFirst - gradientSecond) / curvature;
    const difference = oldFirst - oldSecond;
    a = oldFirst + step;
    b = oldSecond + step;
    if (difference > 0) {
      if (b < 0) [a, b] = [difference, 0];
    } else if (a < 0) [a, b] = [0, -difference];
    if (difference > boundFirst - boundSecond) {
      if (a > boundFirst) [a, b] = [boundFirst, boundFirst - difference];
    } else if (b > boundSecond) [a, b] = [boundSecond + difference, boundSecond];
  } else {
    const step = (gradientFirst - gradientSecond) / curvature;
    const sum = oldFirst + oldSecond;
    a = oldFirst - step;
    b = oldSecond + step;
    if (sum > boundFirst) {
      if (a > boundFirst) [a, b] = [boundFirst, sum - boundFirst];
    } else if (b < 0) [a, b] = [sum, 0];
    if (sum > boundSecond) {
      if (b > boundSecond) [a, b] = [sum - boundSecond, boundSecond];
    } else if (a < 0) [a, b] = [0, sum];
  }
  multipliers[first] = a;
  multipliers[second] = b;
}

/** The mean slope of the rows strictly between their bounds; without any, the middle of the range the others allow. */
function offsetOf(
  slopes: Float64Array,
  moves: Uint8Array,
  multipliers: Float64Array,
  bounds: Float64Array,
): number {
  let sum = 0;
  let free = 0;
  let upper = Infinity;
  let lower = -Infinity;
  for (let row = 0; row < slopes.length; row++) {
    const slope = slopes[row]!;
    if (multipliers[row]! > 0 && multipliers[row]! < bounds[row]!) {
      sum += slope;
      free++;
    } else if ((moves[row]! & UP) !== 0) upper = Math.min(upper, slope);
    else lower = Math.max(lower, slope);
  }
  if (free > 0) return sum / free;
  return (upper + lower) / 2;
}
