import { VqiError } from '../../common/vqi-error.js';
import type { FeatureMatrix } from '../fitting/feature-matrix.js';
import type { BinnedFeatures } from '../models/trees/bin-features.js';

/** Training rows ready for trials: read-only, so that threads can share one copy. */
export interface PreparedMatrix {
  readonly features: FeatureMatrix;
  readonly binned: BinnedFeatures;
  /** Class index of each row. */
  readonly labels: Int32Array;
  /** Fold of each row. */
  readonly folds: Int32Array;
  /** Session group of each row. */
  readonly groups: Int32Array;
  /** 1: a row of a spliced session, to fit on and never to score. */
  readonly spliced: Uint8Array;
}

/** The bytes are not a prepared matrix, or have another byte order. */
export class MatrixFormatError extends VqiError {
  override readonly name = 'MatrixFormatError';
  override readonly retry = 'never';
}

const MAGIC = 0x324d5156; // 'VQM2' in the machine's byte order: the file is a cache that stays on the machine.
const ALIGNMENT = 8;
const PREFIX_BYTES = 8;

interface Header {
  readonly rows: number;
  readonly columns: number;
  readonly featureNames: readonly string[];
  /** By column. */
  readonly borderCounts: readonly number[];
  readonly leastValueCounts: readonly number[];
}

/**
 * A prepared matrix as bytes: magic and length of the header (uint32 each), the header as JSON, then values, borders
 * and least values (float64), labels, folds and groups (int32), marks of spliced rows and bins (uint8), each starting at a multiple of eight.
 */
export function encodeMatrix({
  features,
  binned,
  labels,
  folds,
  groups,
  spliced,
}: PreparedMatrix): Uint8Array[] {
  const header: Header = {
    rows: features.rows,
    columns: features.columns,
    featureNames: features.featureNames,
    borderCounts: binned.borders.map(({ length }) => length),
    leastValueCounts: binned.leastValues.map(({ length }) => length),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const sections = [
    Uint32Array.of(MAGIC, text.length),
    text,
    features.values,
    joined(binned.borders),
    joined(binned.leastValues),
    labels,
    folds,
    groups,
    spliced,
    binned.byColumn,
  ];
  return sections.flatMap((section) => {
    const bytes = new Uint8Array(section.buffer, section.byteOffset, section.byteLength);
    return [bytes, new Uint8Array(padding(bytes.length))];
  });
}

/** The matrix in these bytes, as views without a copy. @throws MatrixFormatError */
export function decodeMatrix(buffer: ArrayBufferLike): PreparedMatrix {
  if (buffer.byteLength < PREFIX_BYTES) throw new MatrixFormatError('the file is too short');
  const [magic, headerBytes = 0] = new Uint32Array(buffer, 0, 2);
  if (magic !== MAGIC)
    throw new MatrixFormatError('the file does not start with the magic of a prepared matrix');
  // TextDecoder does not accept shared memory.
  const text = new TextDecoder().decode(Uint8Array.from(new Uint8Array(buffer, PREFIX_BYTES, headerBytes)));
  const { rows, columns, featureNames, borderCounts, leastValueCounts } = JSON.parse(text) as Header;
  let at = PREFIX_BYTES + headerBytes + padding(headerBytes);
  const take = (bytes: number): number => {
    const start = at;
    at += bytes + padding(bytes);
    if (start + bytes > buffer.byteLength) throw new MatrixFormatError(`the file ends before byte ${at}`);
    return start;
  };
  const doubles = (length: number) => new Float64Array(buffer, take(length * 8), length);
  const integers = (length: number) => new Int32Array(buffer, take(length * 4), length);
  const values = doubles(rows * columns);
  const borders = divided(doubles(sum(borderCounts)), borderCounts);
  const leastValues = divided(doubles(sum(leastValueCounts)), leastValueCounts);
  const labels = integers(rows);
  const folds = integers(rows);
  const groups = integers(rows);
  const spliced = new Uint8Array(buffer, take(rows), rows);
  const byColumn = new Uint8Array(buffer, take(rows * columns), rows * columns);
  return {
    features: { rows, columns, values, featureNames },
    binned: { rows, columns, byColumn, borders, leastValues },
    labels,
    folds,
    groups,
    spliced,
  };
}

function padding(bytes: number): number {
  return (ALIGNMENT - (bytes % ALIGNMENT)) % ALIGNMENT;
}

function joined(arrays: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(sum(arrays.map(({ length }) => length)));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

function divided(all: Float64Array, lengths: readonly number[]): Float64Array[] {
  let at = 0;
  return lengths.map((length) => all.subarray(at, (at += length)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
