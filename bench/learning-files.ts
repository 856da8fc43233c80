import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureMatrix } from '../learning/fitting/feature-matrix.js';
import type { LearningRows } from './learning-rows.js';

/** A labelled matrix read from files. */
export interface LearningSet {
  readonly features: FeatureMatrix;
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  readonly classCount: number;
}

/** Writes rows as raw little-endian numbers, which Python can read too: `.f64`, `.labels`, `.groups`, and `.json`. */
export function writeLearningSet(folder: string, name: string, rows: LearningRows): void {
  const path = join(folder, name);
  writeFileSync(`${path}.f64`, rows.values);
  writeFileSync(`${path}.labels`, rows.labels);
  writeFileSync(`${path}.groups`, rows.groups);
  const { columns, classCount } = rows;
  writeFileSync(`${path}.json`, JSON.stringify({ rows: rows.rows, columns, classCount }));
}

/** Reads the first `limit` rows of a set that `writeLearningSet` wrote. */
export function readLearningSet(folder: string, name: string, limit = Infinity): LearningSet {
  const path = join(folder, name);
  const shape = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as {
    rows: number;
    columns: number;
    classCount: number;
  };
  const rows = Math.min(limit, shape.rows);
  const { columns, classCount } = shape;
  const featureNames = Array.from({ length: columns }, (_, column) => `f${column}`);
  const values = new Float64Array(readBytes(`${path}.f64`), 0, rows * columns);
  return {
    features: { rows, columns, values, featureNames },
    labels: new Int32Array(readBytes(`${path}.labels`), 0, rows),
    groups: new Int32Array(readBytes(`${path}.groups`), 0, rows),
    classCount,
  };
}

/** The rows `from` to `to`, without `to`. */
export function sliceRows(all: LearningRows, from: number, to: number): LearningRows {
  return {
    ...all,
    rows: to - from,
    values: all.values.subarray(from * all.columns, to * all.columns),
    labels: all.labels.subarray(from, to),
    groups: all.groups.subarray(from, to),
  };
}

function readBytes(path: string): ArrayBuffer {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}
