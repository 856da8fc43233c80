import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { binFeatures } from '../../../../learning/models/trees/bin-features.js';
import { crossValidate } from '../../../../learning/search/cross-validate.js';
import {
  decodeMatrix,
  encodeMatrix,
  MatrixFormatError,
} from '../../../../learning/search/prepared-matrix.js';
import { syntheticRows } from '../models/synthetic.js';

const { features, labels, classCount } = syntheticRows({ rows: 121, columns: 5 });
features.values[7] = NaN;
const matrix = {
  features,
  binned: binFeatures(features),
  labels,
  folds: Int32Array.from({ length: 121 }, (_, row) => row % 2),
  groups: Int32Array.from({ length: 121 }, (_, row) => row >> 2),
  spliced: Uint8Array.from({ length: 121 }, (_, row) => Number(row > 100)),
};

function shared(parts: readonly Uint8Array[]): SharedArrayBuffer {
  const bytes = new Uint8Array(new SharedArrayBuffer(parts.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.buffer;
}

describe('a prepared matrix', () => {
  it('is read back unchanged from shared memory', () => {
    const back = decodeMatrix(shared(encodeMatrix(matrix)));
    assert.deepEqual(back.features, features);
    assert.deepEqual(
      [back.labels, back.folds, back.groups, back.spliced].map((array) => [...array]),
      [labels, matrix.folds, matrix.groups, matrix.spliced].map((array) => [...array]),
    );
    assert.deepEqual([...back.binned.byColumn], [...matrix.binned.byColumn]);
    assert.deepEqual(back.binned.borders, matrix.binned.borders);
    assert.deepEqual(back.binned.leastValues, matrix.binned.leastValues);
  });

  it('is rejected if it is something else or cut short', () => {
    const bytes = shared(encodeMatrix(matrix));
    assert.throws(() => decodeMatrix(bytes.slice(0, 5)), MatrixFormatError);
    assert.throws(() => decodeMatrix(bytes.slice(0, bytes.byteLength - 64)), /ends before byte/);
    assert.throws(() => decodeMatrix(new ArrayBuffer(64)), /does not start with/);
  });

  it('gives trees the same scores with bins made once as with bins per fold, if each value has its own bin', async () => {
    // With at most 255 distinct values each value has its own bin: only the place of a border between two can differ.
    const setting = {
      family: 'random-forest',
      trees: 5,
      featureShare: 'sqrt',
      maxDepth: 5,
      minSamplesPerLeaf: 1,
      classWeights: 'none',
      bootstrap: true,
    } as const;
    const rounded = { ...features, values: features.values.map((value) => Math.round(value)) };
    const input = { ...matrix, features: rounded, setting, classCount, foldCount: 2, seed: 3 };
    const once = await crossValidate({ ...input, binned: binFeatures(rounded) });
    const inFolds = await crossValidate({ ...input, binned: undefined });
    assert.ok(Math.abs(once.overall.macroF1 - inFolds.overall.macroF1) < 0.1);
    assert.ok(once.overall.macroF1 > 0.4);
  });
});
