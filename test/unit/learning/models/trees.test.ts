import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deriveSeed } from '../../../../common/random.js';
import { fitModel, type FitInput } from '../../../../learning/models/estimator.js';
import { binFeatures, binsByRow, MISSING_BIN } from '../../../../learning/models/trees/bin-features.js';
import { findLeaves } from '../../../../learning/models/trees/flat-tree.js';
import { treeRules } from '../../../../learning/models/trees/forest/fit-forest.js';
import { forestData } from '../../../../learning/models/trees/forest/forest-data.js';
import { growClassificationTree } from '../../../../learning/models/trees/forest/grow-classification-tree.js';
import {
  hessianOf,
  HESSIAN_UNIT,
  packGradients,
} from '../../../../learning/models/trees/gradient-boosting/packed-gradients.js';
import type { TreeModel } from '../../../../learning/models/trees/tree-model.js';
import { deserialiseModel, ModelFormatError, serialiseModel } from '../../../../learning/saved/serialise.js';
import { trialSettingSchema, type TrialSetting } from '../../../../schemas/search.js';
import { accuracyOn, matrixOf, syntheticRows } from './synthetic.js';

const setting = (values: object): TrialSetting => trialSettingSchema.parse(values);
const oneTree = setting({
  family: 'random-forest',
  trees: 1,
  featureShare: 1,
  bootstrap: false,
});
const inputOf = (columns: number, values: number[], labels: number[], classCount = 2): FitInput => ({
  features: matrixOf(Float64Array.from(values), columns),
  labels: Int32Array.from(labels),
  classCount,
  seed: 1,
});
const fitTrees = (of: TrialSetting, input: FitInput): TreeModel => fitModel(of, input).model as TreeModel;
const families = [
  setting({ family: 'random-forest', trees: 12 }),
  setting({ family: 'extra-trees', trees: 12 }),
  setting({ family: 'gradient-boosting', rounds: 12, minSamplesPerLeaf: 2 }),
];

describe('findLeaves', () => {
  /** x0 <= 1 (missing: left)? then leaf 0; else x1 <= 5 (missing: right)? then leaf 1; else leaf 2. */
  const tree = {
    feature: Int32Array.of(0, -1, 1, -1, -1),
    threshold: Float64Array.of(1, 0, 5, 0, 0),
    right: Int32Array.of(2, 0, 4, 1, 2),
    missingLeft: Uint8Array.of(1, 0, 0, 0, 0),
    leafValues: Float32Array.of(0, 1, 2),
  };
  const rows = [
    { values: [1, 9], leaf: 0 },
    { values: [1.5, 5], leaf: 1 },
    { values: [NaN, 9], leaf: 0 },
    { values: [2, NaN], leaf: 2 },
    { values: [Infinity, -Infinity], leaf: 1 },
    { values: [-Infinity, NaN], leaf: 0 },
    { values: [2, 5.000001], leaf: 2 },
  ];

  it('finds the leaf that the definition gives, whichever rows descend together', () => {
    const values = Float64Array.from(rows.flatMap((row) => row.values));
    for (let from = 0; from < rows.length; from++) {
      for (let to = from; to <= rows.length; to++) {
        const leaves = new Int32Array(to - from + 1).fill(-7);
        findLeaves(tree, values, 2, from, to, leaves);
        assert.deepEqual([...leaves], [...rows.slice(from, to).map(({ leaf }) => leaf), -7]);
      }
    }
  });
});

describe('binFeatures', () => {
  it('puts borders halfway between neighbouring values and has a bin for missing ones', () => {
    const { byColumn, borders } = binFeatures(matrixOf(Float64Array.from([4, 1, NaN, 1, 2, Infinity]), 1));
    assert.deepEqual([...borders[0]!], [1.5, 3]);
    assert.deepEqual([...byColumn], [2, 0, MISSING_BIN, 0, 1, 2]);
  });

  it('gives a column of many values bins of equal share', () => {
    const rows = 51_000;
    const values = Float64Array.from({ length: rows }, (_, row) => Math.exp(((row * 7919) % rows) / 5000));
    const counts = new Int32Array(256);
    for (const bin of binFeatures(matrixOf(values, 1)).byColumn) counts[bin]!++;
    assert.ok(counts.subarray(0, 255).every((count) => count >= 190 && count <= 210));
  });

  it('gives a frequent value a separate bin', () => {
    const values = Float64Array.from({ length: 10_000 }, (_, row) => (row % 2 === 0 ? 0 : row));
    const { byColumn, borders } = binFeatures(matrixOf(values, 1));
    assert.equal(borders[0]![0], 0.5);
    assert.equal(byColumn.filter((bin) => bin === 0).length, 5000);
    assert.ok(borders[0]!.length > 250);
  });

  it('lays the same bins out by row', () => {
    const { features } = syntheticRows({ rows: 130, columns: 5 });
    const binned = binFeatures(features);
    const byRow = binsByRow(binned);
    for (let row = 0; row < 130; row++) {
      for (let column = 0; column < 5; column++) {
        assert.equal(byRow[row * 5 + column], binned.byColumn[column * 130 + row]);
      }
    }
  });
});

describe('a tree small enough to be grown by hand', () => {
  // Gini gains of the cuts of f0 behind 1 to 5: the one behind 3 leaves {3 of 0} and {1 of 0, 2 of 1}.
  const input = inputOf(2, [1, 7, 2, 7, 3, 7, 4, 7, 5, 7, 6, 7], [0, 0, 0, 1, 0, 1]);

  it('splits where the Gini impurity falls most', () => {
    const { trees, importances } = fitTrees({ ...oneTree, maxDepth: 1 } as TrialSetting, input).ensemble;
    const { feature, threshold, right, leafValues } = trees[0]!;
    assert.deepEqual([...feature], [0, -1, -1]);
    assert.equal(threshold[0], 3.5);
    assert.deepEqual([...right], [2, 0, 1]);
    assert.deepEqual([...leafValues], [1, 0, Math.fround(1 / 3), Math.fround(2 / 3)]);
    assert.deepEqual(importances, [1, 0]);
  });

  it('grows until its leaves are pure, and respects the minimum rows of a leaf', () => {
    const whole = fitTrees(oneTree, input);
    assert.deepEqual([...whole.predictProbabilities(input.features)], [1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1]);
    const { trees } = fitTrees({ ...oneTree, minSamplesPerLeaf: 3 } as TrialSetting, input).ensemble;
    assert.deepEqual([...trees[0]!.feature], [0, -1, -1]);
  });

  it('takes one step of boosting from the log odds', () => {
    // Four rows of two classes in balance: p = 1/2, so gradients are ±1/2, hessians 1/4 and each leaf of two
    // rows of one class steps by lr x 1 / (1/2 + l2) = 0.5 x 1 / (0.5 + 0.5).
    const four = inputOf(1, [1, 2, 3, 4], [0, 0, 1, 1]);
    const boosting = setting({
      family: 'gradient-boosting',
      rounds: 1,
      learningRate: 0.5,
      minSamplesPerLeaf: 2,
      l2: 0.5,
    });
    const model = fitTrees(boosting, four);
    assert.deepEqual(model.ensemble.baseScores, [0, 0]);
    assert.deepEqual([...model.ensemble.trees[0]!.leafValues], [-0.5, 0.5]);
    const probability = 1 / (1 + Math.exp(0.5));
    const [first] = model.predictProbabilities(four.features).subarray(1);
    assert.ok(Math.abs(first! - probability) < 1e-15);
  });

  it('sends missing values to the better side', () => {
    const values = [1, 2, NaN, NaN, 8, 9];
    for (const [labels, likeliest] of [
      [[0, 0, 0, 0, 1, 1], 0],
      [[0, 0, 1, 1, 1, 1], 1],
    ] as const) {
      const holes = inputOf(1, values, [...labels]);
      const small = { minSamplesPerLeaf: 1 };
      for (const of of [oneTree, setting({ family: 'gradient-boosting', rounds: 3, ...small })]) {
        const ofRow = fitTrees(of, holes).predictProbabilities(matrixOf(Float64Array.of(NaN), 1));
        assert.ok(ofRow[likeliest]! > 0.5, `${of.family} ${[...ofRow].join()}`);
      }
    }
    const apart = inputOf(1, values, [0, 0, 1, 1, 0, 0]);
    for (const of of [oneTree, setting({ family: 'extra-trees', trees: 1 })]) {
      const probabilities = fitTrees(of, apart).predictProbabilities(apart.features);
      assert.deepEqual([...probabilities], [1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0]);
    }
  });
});

describe('class weights', () => {
  it('have the effect of repeated rows', () => {
    const few = syntheticRows({ rows: 90, classCount: 2, step: 0.3 });
    const { columns, values } = few.features;
    const isRare = (row: number): boolean => row % 3 === 0;
    const labels = few.labels.map((_, row) => (isRare(row) ? 1 : 0));
    const repeated = [...labels.keys()].flatMap((row) => (isRare(row) ? [row, row] : [row]));
    const rowsOf = (row: number): number[] => [...values.subarray(row * columns, (row + 1) * columns)];
    const balanced = { ...few, labels };
    const doubled = inputOf(
      columns,
      repeated.flatMap(rowsOf),
      repeated.map((row) => labels[row]!),
    );
    for (const of of [
      { ...oneTree, maxDepth: 4 },
      { ...families[2]!, minSamplesPerLeaf: 1, maxLeaves: 5 },
    ] as TrialSetting[]) {
      const weighted = fitTrees({ ...of, classWeights: 'balanced' } as TrialSetting, balanced);
      const plain = fitTrees(of, doubled);
      const left = weighted.predictProbabilities(few.features);
      const right = plain.predictProbabilities(few.features);
      assert.ok(
        left.every((value, index) => Math.abs(value - right[index]!) < 1e-3),
        of.family,
      );
    }
  });
});

describe('the same forest', () => {
  it('results from trees grown in any order, on any thread', () => {
    const input = syntheticRows({ rows: 300 });
    const of = families[0] as Extract<TrialSetting, { family: 'random-forest' }>;
    const data = forestData(input, of.classWeights);
    const rules = treeRules(of, input.features.columns);
    const { trees } = fitTrees(of, input).ensemble;
    for (const index of [7, 3, 11, 0]) {
      const copy = structuredClone(data);
      const { tree } = growClassificationTree(copy, rules, deriveSeed(input.seed, `tree-${index}`));
      assert.deepEqual(tree, trees[index]);
    }
  });
});

describe('packGradients', () => {
  it('keeps sums of gradients and hessians apart and close', () => {
    const random = syntheticRows({ rows: 5000, columns: 2 }).features.values;
    const gradients = Float64Array.from({ length: 5000 }, (_, row) => Math.sin(random[2 * row]! * 9));
    const hessians = Float64Array.from(
      { length: 5000 },
      (_, row) => Math.abs(Math.cos(random[2 * row]!)) / 4,
    );
    const packed = new Float64Array(5000);
    const scales = packGradients(gradients, hessians, packed);
    const sum = packed.reduce((total, value) => total + value, 0);
    const gradient = (sum - hessianOf(sum) * HESSIAN_UNIT) / scales.gradient;
    const hessian = hessianOf(sum) / scales.hessian;
    assert.ok(Math.abs(gradient - gradients.reduce((total, value) => total + value, 0)) < 1e-3);
    assert.ok(Math.abs(hessian - hessians.reduce((total, value) => total + value, 0)) < 1e-3);
  });
});

for (const of of families) {
  describe(`${of.family}: unusual rows`, () => {
    it('fits without features that vary', () => {
      const constant = inputOf(2, [3, NaN, 3, NaN, 3, NaN], [0, 1, 1]);
      const probabilities = fitTrees(of, constant).predictProbabilities(constant.features);
      assert.deepEqual(probabilities.subarray(0, 2), probabilities.subarray(2, 4));
      assert.ok(probabilities[1]! > 0.4);
    });

    it('learns from missing values that are not missing by chance', () => {
      const input = syntheticRows({ rows: 400, classCount: 2, step: 0 });
      const values = input.features.values.map((value, index) =>
        index % 6 === 2 && input.labels[Math.floor(index / 6)] === 1 ? NaN : value,
      );
      const holes = { ...input, features: matrixOf(values, 6) };
      assert.ok(accuracyOn(fitTrees(of, holes), holes) > 0.95);
    });

    it('treats infinite values as very large', () => {
      const input = inputOf(1, [-Infinity, -1, 1, Infinity], [0, 0, 1, 1]);
      const model = fitTrees(
        { ...of, minSamplesPerLeaf: 1, ...('bootstrap' in of && { bootstrap: false }) } as TrialSetting,
        input,
      );
      assert.equal(accuracyOn(model, input), 1);
    });
  });

  describe(`${of.family}: a damaged file`, () => {
    const input = syntheticRows({ rows: 120 });
    const text = serialiseModel({
      model: fitTrees(of, input),
      setting: of,
      classes: [240, 480, 1080],
      trainingSha256: '',
      seed: 1,
    });
    const tree = fitTrees(of, input).ensemble.trees[0]!;
    const packed = (array: Int32Array | Float64Array | Float32Array | Uint8Array): string =>
      Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
    const changed = <Numbers extends Int32Array | Float64Array | Float32Array>(
      array: Numbers,
      at: number,
      value: number,
    ): Numbers => {
      const copy = array.slice() as Numbers;
      copy[at] = value;
      return copy;
    };
    const inner = tree.feature.findIndex((feature) => feature >= 0);
    const leaf = tree.feature.findIndex((feature) => feature < 0);
    for (const [what, from, to] of [
      ['a node that is its own child', tree.right, changed(tree.right, inner, inner)],
      ['a child beyond the tree', tree.right, changed(tree.right, inner, 1e6)],
      ['a leaf beyond the leaves', tree.right, changed(tree.right, leaf, 1e6)],
      ['a feature beyond the features', tree.feature, changed(tree.feature, inner, 6)],
      ['a negative feature', tree.feature, changed(tree.feature, inner, -7)],
      ['a threshold that is no number', tree.threshold, changed(tree.threshold, inner, NaN)],
      ['values of leaves cut short', tree.leafValues, tree.leafValues.slice(1)],
      ['a leaf that is no number', tree.leafValues, changed(tree.leafValues, 0, NaN)],
    ] as const) {
      it(`is rejected: ${what}`, () => {
        assert.ok(text.includes(packed(from)));
        assert.throws(() => deserialiseModel(text.replace(packed(from), packed(to))), ModelFormatError);
      });
    }

    it('is rejected: bytes that are not whole numbers, another version, another kind', () => {
      for (const [from, to] of [
        [packed(tree.right), 'AAAA'],
        [packed(tree.right), '%'],
        ['"version":1},', '"version":2},'],
        [/"kind":"\w+"/, '"kind":"votes"'],
        ['"present":[0,1,2]', '"present":[0,1,3]'],
        ['"present":[0,1,2]', '"present":[1,0,2]'],
      ] as const) {
        const damaged = text.replace(from, to);
        assert.notEqual(damaged, text);
        assert.throws(() => deserialiseModel(damaged), ModelFormatError);
      }
    });
  });
}
