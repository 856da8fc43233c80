/** A step function: `values[i]` is valid from `from[i]` up to the next step. */
export interface MonotoneSteps {
  /** Ascending. */
  readonly from: readonly number[];
  readonly values: readonly number[];
}

/**
 * The increasing step function closest to the outcomes (least squares), by pooling adjacent violators (Ayer et al.
 * 1955).
 *
 * @param sizes ascending
 * @param outcomes 0 or 1, one per size
 */
export function fitMonotoneSteps(sizes: Float64Array, outcomes: Uint8Array): MonotoneSteps {
  const from: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  for (let row = 0; row < sizes.length; row++) {
    if (row > 0 && sizes[row] === sizes[row - 1]) {
      sums[sums.length - 1]! += outcomes[row]!;
      counts[counts.length - 1]!++;
    } else {
      from.push(sizes[row]!);
      sums.push(outcomes[row]!);
      counts.push(1);
    }
    const isLastOfSize = row === sizes.length - 1 || sizes[row + 1] !== sizes[row];
    while (isLastOfSize && sums.length > 1) {
      const last = sums.length - 1;
      if (sums[last - 1]! * counts[last]! < sums[last]! * counts[last - 1]!) break;
      sums[last - 1]! += sums.pop()!;
      counts[last - 1]! += counts.pop()!;
      from.pop();
    }
  }
  return { from, values: sums.map((sum, step) => sum / counts[step]!) };
}

/** The value at a size; below the first step, the first value. */
export function stepAt({ from, values }: MonotoneSteps, size: number): number {
  let low = 0;
  let high = from.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (from[middle]! <= size) low = middle;
    else high = middle - 1;
  }
  return values[low]!;
}
