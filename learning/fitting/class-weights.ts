/** `balanced`: every class has the same total weight; `none`: every row has the same weight. */
export type ClassWeighting = 'none' | 'balanced';

/** Weight of a row of each class: 1, or rows / (classes with rows x rows of the class); 0 for a class without rows. */
export function classWeights(
  labels: Int32Array,
  classCount: number,
  weighting: ClassWeighting,
): Float64Array {
  const counts = new Float64Array(classCount);
  for (const label of labels) counts[label]!++;
  if (weighting === 'none') return counts.map((count) => (count > 0 ? 1 : 0));
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count > 0 ? labels.length / (present * count) : 0));
}
