import { VqiError } from '../../common/vqi-error.js';

/** Feature values of windows, one row per window. */
export interface FeatureMatrix {
  readonly rows: number;
  readonly columns: number;
  /** rows x columns, row-major; NaN = missing. */
  readonly values: Float64Array;
  /** One name per column. */
  readonly featureNames: readonly string[];
}

/** The columns of a matrix are not those that a model was fitted on; the message names the differences. */
export class FeatureMismatchError extends VqiError {
  override readonly name = 'FeatureMismatchError';
  override readonly retry = 'never';

  constructor(
    readonly expected: readonly string[],
    readonly found: readonly string[],
  ) {
    super(describeDifference(expected, found));
  }
}

/** Throws FeatureMismatchError unless the matrix has the expected columns in the expected order. */
export function assertFeatureNames(expected: readonly string[], features: FeatureMatrix): void {
  assertShape(features);
  const found = features.featureNames;
  if (expected.length !== found.length || expected.some((name, index) => name !== found[index])) {
    throw new FeatureMismatchError(expected, found);
  }
}

/** Throws RangeError unless the values and names of the matrix have the lengths of its shape. */
export function assertShape({ rows, columns, values, featureNames }: FeatureMatrix): void {
  if (values.length !== rows * columns || featureNames.length !== columns) {
    throw new RangeError(
      `a matrix of ${rows} x ${columns} cannot have ${values.length} values and ${featureNames.length} names`,
    );
  }
}

/** Copies the given rows of a matrix, in the given order. */
export function takeRows(features: FeatureMatrix, rows: Int32Array): FeatureMatrix {
  const { columns, values, featureNames } = features;
  const taken = new Float64Array(rows.length * columns);
  rows.forEach((row, index) => {
    taken.set(values.subarray(row * columns, (row + 1) * columns), index * columns);
  });
  return { rows: rows.length, columns, values: taken, featureNames };
}

/** The elements of an array at the given rows. */
export function takeAt(values: Int32Array, rows: Int32Array): Int32Array {
  return rows.map((row) => values[row]!);
}

function describeDifference(expected: readonly string[], found: readonly string[]): string {
  const missing = expected.filter((name) => !found.includes(name));
  const unexpected = found.filter((name) => !expected.includes(name));
  const parts = [
    ...(missing.length > 0 ? [`missing ${listNames(missing)}`] : []),
    ...(unexpected.length > 0 ? [`unexpected ${listNames(unexpected)}`] : []),
  ];
  if (parts.length > 0) return `the features are not those of the model: ${parts.join('; ')}`;
  const at = expected.findIndex((name, index) => name !== found[index]);
  return at < 0
    ? `the model has ${expected.length} features and the matrix ${found.length}`
    : `the features are in another order than the model's: column ${at + 1} is '${found[at] ?? ''}', not '${expected[at] ?? ''}'`;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `'${name}'`);
  return shown.join(', ') + (names.length > shown.length ? ` and ${names.length - shown.length} more` : '');
}
