import type { FeatureRows } from '../../schemas/feature-rows.js';
import type { FeatureMatrix } from '../fitting/feature-matrix.js';
import type { WindowSequence } from '../smoothing/smooth-sessions.js';

/** Rows of a feature file in the form that models take. */
export interface LearningRows {
  readonly features: FeatureMatrix;
  /** Index into the classes; -1 if the row's label is missing or not among them. */
  readonly labels: Int32Array;
  /** Fold of the row, -1 for held-out rows, -2 for rows in no split. */
  readonly folds: Int32Array;
  /** Session group of the row, numbered by first appearance. */
  readonly groups: Int32Array;
  readonly groupCount: number;
  readonly source: FeatureRows;
}

/**
 * Null in a window without evidence: no media segment was completed in the two minutes before its end; in models of
 * published columns, no segment at all so far. 0 instead of null in the published dataset, and when its models are
 * applied to captures.
 */
const EVIDENCE_FEATURES = [
  '120s_avg_chunksize',
  '60s_avg_chunksize',
  '30s_avg_chunksize',
  'allprev_media_avg_chunksize',
  '10_avg_chunksize',
];

/** Session, start and evidence of each row. */
export function windowSequence({ source }: LearningRows, windowSeconds: number): WindowSequence {
  const evidence = source.featureNames.indexOf(
    EVIDENCE_FEATURES.find((name) => source.featureNames.includes(name)) ?? '',
  );
  const sizeIn = (row: number): number => source.values[row * source.featureNames.length + evidence]!;
  return {
    sessions: numbered(source.sessionIds).numbers,
    seconds: Float64Array.from(source.windowIndex, (index) => index * windowSeconds),
    hasEvidence: Uint8Array.from(source.hasMedia, (hasMedia, row) =>
      evidence >= 0 && (Number.isNaN(sizeIn(row)) || sizeIn(row) === 0) ? 0 : hasMedia,
    ),
  };
}

/** Rows of a feature file in the form that models take. @param classes heights in pixels, ascending. */
export function learningRows(source: FeatureRows, classes: readonly number[]): LearningRows {
  const { numbers: groups, count: groupCount } = numbered(source.sessionGroups);
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
    groupCount,
    source,
  };
}

/** Numbers the names by first appearance. */
function numbered(names: readonly string[]): { numbers: Int32Array; count: number } {
  const known = new Map<string, number>();
  const numbers = Int32Array.from(names, (name) => {
    const number = known.get(name) ?? known.size;
    known.set(name, number);
    return number;
  });
  return { numbers, count: known.size };
}
