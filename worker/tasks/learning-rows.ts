import type { FeatureMatrix } from '../../domain/models/feature-matrix.js';
import { readFeatureFile, type FeatureRows } from '../../warehouse/feature-file.js';

/** Rows of a feature file as models take them. */
export interface LearningRows {
  readonly features: FeatureMatrix;
  /** Index into the classes; -1 where the row has no label among them. */
  readonly labels: Int32Array;
  /** Fold of the row, -1 for held-out rows, -2 for rows in no split. */
  readonly folds: Int32Array;
  /** Session group of the row, numbered by first appearance. */
  readonly groups: Int32Array;
  readonly groupCount: number;
  readonly source: FeatureRows;
}

/** Reads a feature file. @param classes heights in pixels, ascending. */
export async function readLearningRows(path: string, classes: readonly number[]): Promise<LearningRows> {
  const source = await readFeatureFile(path);
  const numbers = new Map<string, number>();
  const groups = Int32Array.from(source.sessionGroups, (group) => {
    const known = numbers.get(group) ?? numbers.size;
    numbers.set(group, known);
    return known;
  });
  return {
    features: {
      rows: source.rows,
      columns: source.featureNames.length,
      values: source.values,
      featureNames: source.featureNames,
    },
    labels: Int32Array.from(source.resolutionPx, (heightPx) => classes.indexOf(heightPx)),
    folds: Int32Array.from(source.fold, (fold) => (Number.isNaN(fold) ? -2 : fold)),
    groups,
    groupCount: numbers.size,
    source,
  };
}
