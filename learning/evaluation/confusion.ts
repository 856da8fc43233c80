/** Counts of rows: at [truth][predicted], classes x classes. */
export type ConfusionMatrix = readonly (readonly number[])[];

/**
 * Counts how often each class was predicted as each class.
 *
 * @param truth class index of each row
 * @param predicted class index of each row, of the same length
 */
export function confusionMatrix(
  truth: Int32Array,
  predicted: Int32Array,
  classCount: number,
): ConfusionMatrix {
  if (truth.length !== predicted.length) {
    throw new RangeError(`${truth.length} true classes do not match ${predicted.length} predicted classes`);
  }
  const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  truth.forEach((label, row) => {
    counts[label]![predicted[row]!]!++;
  });
  return counts;
}

/** One confusion matrix per session, ordered by session number. */
export function confusionBySession(
  truth: Int32Array,
  predicted: Int32Array,
  groups: Int32Array,
  classCount: number,
): ConfusionMatrix[] {
  const rowsOf = new Map<number, number[]>();
  groups.forEach((group, row) => {
    const rows = rowsOf.get(group);
    if (rows) rows.push(row);
    else rowsOf.set(group, [row]);
  });
  return [...rowsOf.entries()]
    .sort(([left], [right]) => left - right)
    .map(([, rows]) =>
      confusionMatrix(
        Int32Array.from(rows, (row) => truth[row]!),
        Int32Array.from(rows, (row) => predicted[row]!),
        classCount,
      ),
    );
}

/** Number of windows of one session with one true and one predicted class. */
export interface SessionCount {
  readonly session: string;
  readonly truth: number;
  readonly predicted: number;
  readonly windows: number;
}

/** One confusion matrix per session, in the order in which they first occur. */
export function matricesOf(counts: readonly SessionCount[], classCount: number): ConfusionMatrix[] {
  const bySession = new Map<string, number[][]>();
  for (const { session, truth, predicted, windows } of counts) {
    const matrix =
      bySession.get(session) ??
      Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
    bySession.set(session, matrix);
    matrix[truth]![predicted]! += windows;
  }
  return [...bySession.values()];
}

/** The sum of confusion matrices of the same classes. */
export function summed(matrices: readonly ConfusionMatrix[]): ConfusionMatrix {
  const [first, ...others] = matrices;
  const sum = (first ?? []).map((row) => [...row]);
  for (const matrix of others)
    for (const [truth, row] of matrix.entries())
      for (const [predicted, count] of row.entries()) sum[truth]![predicted]! += count;
  return sum;
}
