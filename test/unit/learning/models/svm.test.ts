import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import wabt from 'wabt';
import { z } from 'zod';
import { projectRoot } from '../../../../common/project-root.js';
import { SharedWork, SharedWorkCache } from '../../../../learning/fitting/shared-work.js';
import { fitModel } from '../../../../learning/models/estimator.js';
import { DOT_PRODUCTS_WASM } from '../../../../learning/models/svm/dot-products-wasm.js';
import { fitSvm } from '../../../../learning/models/svm/fit-svm.js';
import { pairwiseSvmFromJson } from '../../../../learning/models/svm/pairwise-svm.js';
import { fitScaler, scaleValues } from '../../../../learning/models/svm/scaler.js';
import { solveDual } from '../../../../learning/models/svm/solve-dual.js';
import { fillDistances, kernelRows } from '../../../../learning/models/svm/squared-distances.js';
import { crossValidate } from '../../../../learning/search/cross-validate.js';
import { svmSettingSchema } from '../../../../schemas/search.js';
import { accuracyOn, matrixOf, syntheticRows } from './synthetic.js';

const numbers = z.array(z.number());
const rows = z.object({ x: z.array(numbers), y: numbers });
const golden = z
  .object({
    train: rows,
    test: rows,
    cases: z.array(z.object({ C: z.number(), sigma: z.number(), expected: numbers })),
  })
  .parse(JSON.parse(readFileSync(join(projectRoot(), 'test/golden/metrics/svm.json'), 'utf8')));
const inputOf = ({ x, y }: z.infer<typeof rows>) => ({
  features: matrixOf(Float64Array.from(x.flat()), x[0]!.length),
  labels: Int32Array.from(y),
  classCount: 4,
  seed: 5,
});

describe("svm against libsvm's labels", () => {
  const shared = new SharedWork();
  const train = inputOf(golden.train);
  const { features } = inputOf(golden.test);
  for (const { C, sigma, expected } of golden.cases) {
    it(`predicts all of SVC's labels at C ${C}, sigma ${sigma}, also from shared distances`, () => {
      const setting = svmSettingSchema.parse({
        family: 'svm',
        C,
        gamma: 1 / (2 * sigma * sigma),
        tolerance: 1e-4,
      });
      const { model, warnings } = fitSvm(setting, { ...train, shared });
      assert.deepEqual(warnings, []);
      assert.deepEqual([...model.predictByVote(features)], expected);
      assert.deepEqual(model.toJson(), fitSvm(setting, train).model.toJson());
    });
  }
});

describe('svm: work that settings share', () => {
  const rows = matrixOf(Float64Array.from(golden.train.x.flat()), golden.train.x[0]!.length);
  const labels = Int32Array.from(golden.train.y);
  const folds = labels.map((_label, row) => row % 2);
  const score = (C: number, trainShare: number, cache: SharedWorkCache | null, maxBytes: number) =>
    crossValidate({
      setting: svmSettingSchema.parse({ family: 'svm', C }),
      features: rows,
      labels,
      classCount: 4,
      folds,
      foldCount: 2,
      seed: 3,
      trainShare,
      sharedOn: cache === null ? undefined : (name) => cache.of(name, maxBytes),
    });

  it('gives every trial of a search the same scores as alone, also if little may be kept', async () => {
    for (const maxBytes of [2 ** 30, 0]) {
      const cache = new SharedWorkCache();
      for (const trainShare of [1, 0.5, 1]) {
        for (const C of [0.5, 4])
          assert.deepEqual(await score(C, trainShare, cache, maxBytes), await score(C, trainShare, null, 0));
      }
    }
  });

  it('keeps the work used last, as far as it fits', () => {
    const cache = new SharedWorkCache();
    const fill = (name: string): SharedWork => {
      const work = cache.of(name, 250);
      work.of('', () => ({ bytes: 100 }));
      return work;
    };
    const [first, second] = [fill('first'), fill('second')];
    assert.equal(cache.of('first', 250), first);
    fill('third');
    assert.equal(cache.of('first', 250), first);
    assert.notEqual(cache.of('second', 250), second);
  });
});

describe('svm', () => {
  it('solves two points as by hand: both at 1 / (1 - kernel), or at their bound', () => {
    const kernel = [Float32Array.of(1, 0.5), Float32Array.of(0.5, 1)];
    const solve = (bound: number) =>
      solveDual({
        rows: Int32Array.of(0, 1),
        signs: Int8Array.of(1, -1),
        bounds: Float64Array.of(bound, bound),
        kernelOf: (row) => kernel[row]!,
        tolerance: 1e-6,
      });
    const free = solve(10);
    assert.deepEqual([...free.coefficients], [2, -2]);
    assert.ok(Math.abs(free.bias) < 1e-9 && free.converged);
    assert.deepEqual([...solve(0.25).coefficients], [0.25, -0.25]);
  });

  it('computes the same distances in blocks as one by one, for any shape', () => {
    for (const [rows, columns, from, to] of [
      [11, 5, 3, 10],
      [300, 4, 298, 300],
      [2, 1, 0, 1],
    ] as const) {
      const { values } = syntheticRows({ rows, columns }).features;
      const all = kernelRows(values, columns);
      const distances = new Float64Array((to - from) * rows);
      fillDistances(all, from, to, all, 0, distances, rows);
      for (let row = from; row < to; row++) {
        for (let other = 0; other < rows; other++) {
          let expected = 0;
          for (let column = 0; column < columns; column++) {
            expected += (values[row * columns + column]! - values[other * columns + column]!) ** 2;
          }
          const found = distances[(row - from) * rows + other]!;
          assert.ok(Math.abs(found - expected) < 1e-9 * (1 + expected));
        }
      }
    }
  });

  it('contains the WebAssembly compiled from dot-products.wat', async () => {
    const text = readFileSync(join(projectRoot(), 'learning/models/svm/dot-products.wat'), 'utf8');
    const compiled = (await wabt()).parseWat('dot-products.wat', text, { simd: true }).toBinary({});
    assert.equal(DOT_PRODUCTS_WASM, Buffer.from(compiled.buffer).toString('base64'), 'npm run wasm');
  });

  it('scales columns with a heavy tail by their logarithm, also below 0', () => {
    const values = Float64Array.of(0, 0, 1, 1, 2, 2, 1000, -1000);
    const scales = fitScaler(values, 2);
    assert.deepEqual(
      scales.map(({ log }) => log),
      [true, true],
    );
    const scaled = scaleValues(values, scales);
    assert.ok(scaled[7]! < -1.5 && scaled[6]! > 1.5);
  });

  it('samples rows beyond its memory, with a warning', () => {
    const train = syntheticRows({ rows: 500 });
    const setting = svmSettingSchema.parse({ family: 'svm', memoryMiB: 1 });
    const { model, warnings } = fitModel(setting, train);
    assert.deepEqual(warnings, [
      'svm was trained on 362 of 500 rows: the kernel of more rows does not fit 1 MiB (memoryMiB)',
    ]);
    assert.ok(accuracyOn(model, train) > 0.6);
  });

  it('predicts rare classes with balanced weights', () => {
    const train = syntheticRows({ rows: 400, classCount: 2, step: 0.5 });
    const kept = [...train.labels.keys()].filter((row) => train.labels[row] === 0 || row % 8 === 0);
    const few = {
      ...train,
      features: matrixOf(
        Float64Array.from(kept.flatMap((row) => [...train.features.values.subarray(row * 6, row * 6 + 6)])),
        6,
      ),
      labels: Int32Array.from(kept, (row) => train.labels[row]!),
    };
    const found = (['none', 'balanced'] as const).map((classWeights) => {
      const setting = svmSettingSchema.parse({ family: 'svm', gamma: 0.2, classWeights });
      return fitSvm(setting, few)
        .model.predictByVote(train.features)
        .filter((label) => label === 1).length;
    });
    assert.ok(found[1]! > found[0]! + 20, found.join());
  });

  it('rejects damaged machines', () => {
    const train = syntheticRows({ rows: 60, classCount: 2 });
    const { model } = fitSvm(svmSettingSchema.parse({ family: 'svm' }), train);
    const names = train.features.featureNames;
    const text = JSON.stringify(model.toJson());
    assert.doesNotThrow(() => pairwiseSvmFromJson('svm', JSON.parse(text), names));
    assert.throws(() => pairwiseSvmFromJson('svm', JSON.parse(text), names.slice(1)), /not of 5 features/);
    const longer = text.replace('"vectors":"', '"vectors":"//8AAA==');
    assert.throws(() => pairwiseSvmFromJson('svm', JSON.parse(longer), names));
    const other = text.replace('"second":1', '"second":0');
    assert.throws(() => pairwiseSvmFromJson('svm', JSON.parse(other), names), /lower one first/);
  });
});
