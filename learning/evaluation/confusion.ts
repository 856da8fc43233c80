/** Counts of rows: at [truth][predicted], classes x classes. */
export type ConfusionMatrix = readonly (readonly number[])[];

/**
 * Counts how often each class was taken for each.
 *
 * @param truth class index of each row
 * @param predicted class index of each row, as many
 */
export function confusionMatrix(
  truth: Int32Array,
  predicted: Int32Array,
  classCount: number,
): ConfusionMatrix {
  if (truth.length !== predicted.length) {
    throw new RangeError(`${truth.length} true classes came with ${predicted.length} predicted ones`);
  }
  const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  truth.forEach((label, row) => {
    counts[label]![predicted[row]!]!++;
  });
  return counts;
}

/** One confusion matrix for each session that occurs, by its number. */
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
