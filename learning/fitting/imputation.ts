import type { FeatureMatrix } from './feature-matrix.js';

/** Median of each column over its finite values; 0 for a column without finite values. */
export function columnMedians({ rows, columns, values }: FeatureMatrix): Float64Array {
  const medians = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    const present: number[] = [];
    for (let row = 0; row < rows; row++) {
      const value = values[row * columns + column]!;
      if (Number.isFinite(value)) present.push(value);
    }
    medians[column] = median(Float64Array.from(present));
  }
  return medians;
}

/** The values of a matrix, rows x columns; missing and infinite values are replaced by the column's median. */
export function imputeMedians({ values, columns }: FeatureMatrix, medians: Float64Array): Float64Array {
  return values.map((value, index) => (Number.isFinite(value) ? value : medians[index % columns]!));
}

/** Names of the columns that have no finite value. */
export function emptyColumns({ rows, columns, values, featureNames }: FeatureMatrix): string[] {
  return featureNames.filter((_, column) => {
    for (let row = 0; row < rows; row++) {
      if (Number.isFinite(values[row * columns + column]!)) return false;
    }
    return true;
  });
}

function median(values: Float64Array): number {
  if (values.length === 0) return 0;
  values.sort();
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}
