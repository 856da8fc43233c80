import { takeAt, takeRows } from '../../fitting/feature-matrix.js';
import type { FitCrew } from '../../fitting/fit-crew.js';
import type { FitPart } from '../../fitting/fit-part.js';
import type { FitInput } from '../../fitting/fitted-model.js';
import { columnMedians, imputeMedians } from '../../fitting/imputation.js';
import { rowsByClass, stratifiedSample } from '../../fitting/row-sample.js';
import { fitScaler, scaleValues, type ColumnScale } from './scaler.js';
import { fillDistances, kernelRows, type KernelRows } from './squared-distances.js';

/** Data that machines of any setting share on the same rows. Rows are ordered by class. */
export interface PreparedSvm {
  /** Scaled, rows x columns, row-major. */
  readonly values: Float64Array;
  readonly medians: readonly number[];
  readonly scales: readonly ColumnScale[];
  /** Squared distances between the scaled rows, rows x rows, on shared memory. */
  readonly distances: Float32Array;
  readonly labels: Int32Array;
  /** Session of each row, or the row itself if unknown. */
  readonly groups: Int32Array;
  /** Bytes of the distances, by far the largest part. */
  readonly bytes: number;
}

/** Rows per part of the computation of distances. */
const DISTANCE_BLOCK = 64;

/** Input and output of the parts that fill distances. */
export interface DistanceWork {
  readonly scaled: KernelRows;
  readonly distances: Float32Array;
}

/** Fills the distances between a block of rows and all rows from it on, in both directions. */
function fillDistanceBlock({ scaled, distances }: DistanceWork, block: number): null {
  const { rows } = scaled;
  const from = block * DISTANCE_BLOCK;
  const to = Math.min(rows, from + DISTANCE_BLOCK);
  fillDistances(scaled, from, to, scaled, from, distances.subarray(from * rows), rows);
  for (let other = from; other < rows; other++) {
    for (let row = from; row < Math.min(to, other); row++) {
      distances[other * rows + row] = distances[row * rows + other]!;
    }
  }
  return null;
}

/** Distances between rows; a part is a block of rows. */
export const SVM_DISTANCES: FitPart<DistanceWork, null> = {
  name: 'svm-distances',
  prepare: (work) => (block) => fillDistanceBlock(work, block),
};

/** Samples the rows if there are more than `cap`, imputes missing values, scales, and computes all distances. */
export function prepareSvm(
  input: Pick<FitInput, 'features' | 'labels' | 'classCount' | 'groups'>,
  cap: number,
  seed: number,
  crew: FitCrew,
): PreparedSvm {
  const { features, labels, classCount, groups } = input;
  const sample = stratifiedSample(labels, classCount, cap, seed);
  const order = Int32Array.from(
    rowsByClass(takeAt(labels, sample), classCount)
      .flat()
      .map((position) => sample[position]!),
  );
  const matrix = takeRows(features, order);
  const medians = columnMedians(matrix);
  const imputed = imputeMedians(matrix, medians);
  const scales = fitScaler(imputed, features.columns);
  const values = scaleValues(imputed, scales);
  const scaled = kernelRows(values, features.columns);
  const distances = new Float32Array(new SharedArrayBuffer(order.length ** 2 * 4));
  const team = crew.team(SVM_DISTANCES, { scaled, distances });
  try {
    team.run(0, Math.ceil(order.length / DISTANCE_BLOCK));
  } finally {
    team.end();
  }
  return {
    values,
    medians: [...medians],
    scales,
    distances,
    bytes: distances.byteLength,
    labels: takeAt(labels, order),
    groups: groups === undefined ? order : takeAt(groups, order),
  };
}
