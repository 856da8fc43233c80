import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EstimatorError, fitModel, FeatureMismatchError } from '../../../../learning/models/estimator.js';
import { deserialiseModel, ModelFormatError, serialiseModel } from '../../../../learning/saved/serialise.js';
import {
  trialSettingSchema,
  type MlRandomForestSetting,
  type MlSvmSetting,
  type TrialSetting,
} from '../../../../schemas/search.js';
import { accuracyOn, matrixOf, syntheticRows } from './synthetic.js';

const forest: MlRandomForestSetting = {
  family: 'ml-random-forest',
  trees: 10,
  featureShare: 0.7,
  maxDepth: 8,
  minSamplesPerLeaf: 2,
  rowCap: 1500,
};
const svm: MlSvmSetting = { family: 'ml-svm', C: 3, sigma: 1, maxIterations: 3000, rowCap: 800 };
const trees = ['random-forest', 'extra-trees', 'gradient-boosting'].map((family) =>
  trialSettingSchema.parse({ family, [family === 'gradient-boosting' ? 'rounds' : 'trees']: 10 }),
);
const ownSvm = trialSettingSchema.parse({ family: 'svm', C: 3 });
const settings: readonly TrialSetting[] = [
  ...trees,
  ownSvm,
  forest,
  svm,
  trialSettingSchema.parse({ family: 'decision-tree' }),
  { family: 'majority' },
];

const train = syntheticRows({ seed: 1 });
const test = syntheticRows({ seed: 2, rows: 300 });

for (const setting of settings) {
  describe(setting.family, () => {
    const { model, warnings } = fitModel(setting, train);

    it('predicts probabilities that sum to 1', () => {
      assert.deepEqual(warnings, []);
      const probabilities = model.predictProbabilities(test.features);
      assert.equal(probabilities.length, 300 * 3);
      for (let row = 0; row < 300; row++) {
        const ofRow = probabilities.subarray(row * 3, row * 3 + 3);
        assert.ok(ofRow.every((probability) => probability >= 0 && probability <= 1));
        assert.ok(Math.abs(ofRow.reduce((sum, probability) => sum + probability, 0) - 1) < 1e-9);
      }
    });

    it('is the same model for the same seed', () => {
      const again = fitModel(setting, train).model;
      assert.equal(JSON.stringify(again.toJson()), JSON.stringify(model.toJson()));
    });

    it('is saved and read back with identical bytes and predictions', () => {
      const saved = {
        model,
        setting,
        classes: [240, 480, 1080],
        trainingSha256: 'ab12',
        seed: 1,
        metrics: { macroF1: 0.5, accuracy: 0.6 },
      };
      const text = serialiseModel(saved);
      const read = deserialiseModel(text);
      assert.deepEqual(
        read.model.predictProbabilities(test.features),
        model.predictProbabilities(test.features),
      );
      assert.equal(serialiseModel(read), text);
      assert.equal(serialiseModel({ ...saved, metrics: { accuracy: 0.6, macroF1: 0.5 } }), text);
      assert.deepEqual([read.setting, read.classes, read.metrics], [setting, saved.classes, saved.metrics]);
    });

    it('gives a class without training rows probability 0', () => {
      const labels = train.labels.map((label) => (label === 1 ? 2 : label));
      const { model: sparse } = fitModel(setting, { ...train, labels, classCount: 4 });
      const probabilities = sparse.predictProbabilities(test.features);
      for (let row = 0; row < 300; row++) {
        assert.equal(probabilities[row * 4 + 1], 0);
        assert.equal(probabilities[row * 4 + 3], 0);
      }
    });

    it('rejects other features, naming them', () => {
      const renamed = { ...test.features, featureNames: ['f0', 'f1', 'f2', 'f3', 'f4', 'startup'] };
      assert.throws(() => model.predictProbabilities(renamed), {
        name: 'FeatureMismatchError',
        message: "the features are not those of the model: missing 'f5'; unexpected 'startup'",
      });
      const swapped = { ...test.features, featureNames: ['f1', 'f0', 'f2', 'f3', 'f4', 'f5'] };
      assert.throws(() => model.predictProbabilities(swapped), FeatureMismatchError);
      assert.throws(() => model.predictProbabilities(swapped), /another order.*column 1 is 'f1', not 'f0'/);
    });
  });
}

for (const setting of [...trees, ownSvm, forest, svm]) {
  describe(`${setting.family}: learning`, () => {
    it('beats the majority on unseen rows', () => {
      const baseline = accuracyOn(fitModel({ family: 'majority' }, train).model, test);
      const accuracy = accuracyOn(fitModel(setting, train).model, test);
      assert.ok(accuracy > baseline + 0.25, `${accuracy} against ${baseline}`);
    });

    it('reports its progress and stops when aborted', () => {
      const steps: string[] = [];
      fitModel(setting, { ...train, onProgress: (done, total) => steps.push(`${done}/${total}`) });
      assert.equal(steps.at(-1), setting.family.endsWith('svm') ? '3/3' : '10/10');
      const signal = AbortSignal.abort(new Error('stopped'));
      assert.throws(() => fitModel(setting, { ...train, signal }), /stopped/);
    });

    it('rejects rows that cannot be fitted, naming setting and reason', () => {
      const oneClass = { ...train, labels: train.labels.map(() => 1) };
      assert.throws(() => fitModel(setting, oneClass), {
        name: 'EstimatorError',
        reason: 'needs training rows of at least two classes and has one',
        setting,
      });
      const oneRow = { ...train, features: matrixOf(new Float64Array(6), 6), labels: new Int32Array(1) };
      assert.throws(
        () => fitModel(setting, oneRow),
        /^EstimatorError: .*: needs at least 2 training rows and has 1$/,
      );
    });

    it('fits two rows', () => {
      const features = matrixOf(Float64Array.from([1, 2, 5, 9]), 2);
      const { model } = fitModel(setting, {
        features,
        labels: Int32Array.from([0, 1]),
        classCount: 2,
        seed: 4,
      });
      assert.ok(model.predictProbabilities(features).every(Number.isFinite));
    });
  });
}

for (const setting of [ownSvm, forest, svm]) {
  describe(`${setting.family}: missing values`, () => {
    it('replaces missing values by the median of the training rows', () => {
      const values = train.features.values.map((value, index) =>
        index % 7 === 0 ? NaN : index % 6 === 5 ? NaN : value,
      );
      const { model, warnings } = fitModel(setting, { ...train, features: matrixOf(values, 6) });
      assert.deepEqual(warnings, ['1 feature without a value in the training rows: f5']);
      const holes = test.features.values.map((value, index) => (index % 5 === 0 ? NaN : value));
      assert.ok(model.predictProbabilities(matrixOf(holes, 6)).every(Number.isFinite));
      const present = values.filter((value, index) => index % 6 === 0 && !Number.isNaN(value)).sort();
      const middle = present.length / 2;
      const median =
        present.length % 2 === 1
          ? present[Math.floor(middle)]!
          : (present[middle - 1]! + present[middle]!) / 2;
      const filled = test.features.values.map((value, index) => (index % 6 === 0 ? median : value));
      const empty = test.features.values.map((value, index) => (index % 6 === 0 ? NaN : value));
      assert.deepEqual(
        model.predictProbabilities(matrixOf(empty, 6)),
        model.predictProbabilities(matrixOf(filled, 6)),
      );
    });
  });
}

for (const setting of [forest, svm]) {
  describe(`${setting.family}: row cap`, () => {
    it('samples rows above the cap, with a warning', () => {
      const { warnings } = fitModel({ ...setting, rowCap: 60 }, train);
      assert.deepEqual(warnings, [`${setting.family} was trained on 60 of 240 rows (row cap)`]);
    });
  });
}

describe('ml-random-forest against our forest', () => {
  it('is right about as often on unseen rows', () => {
    const theirs = accuracyOn(fitModel({ ...forest, trees: 40 }, train).model, test);
    const ours = accuracyOn(
      fitModel(trialSettingSchema.parse({ family: 'random-forest', trees: 100 }), train).model,
      test,
    );
    assert.ok(Math.abs(theirs - ours) < 0.06, `${theirs} and ${ours}`);
    assert.ok(ours > 0.6, `${ours}`);
  });
});

describe('ml-random-forest: sampling', () => {
  it('warns that a tree is trained on a sample of many rows', () => {
    const many = syntheticRows({ rows: 620, columns: 2, classCount: 2 });
    const { warnings } = fitModel({ ...forest, trees: 1 }, many);
    assert.deepEqual(warnings, ['each tree of ml-random-forest was trained on 500 rows drawn from 620']);
  });
});

describe('ml-svm: failures of the package', () => {
  it('turns exhausted iterations into an EstimatorError', () => {
    assert.throws(
      () => fitModel({ ...svm, maxIterations: 3 }, train),
      (error) => {
        assert.ok(error instanceof EstimatorError);
        assert.match(
          error.message,
          /^ml-svm \(C 3, sigma 1, maxIterations 3, rowCap 800\): max iterations reached/,
        );
        return true;
      },
    );
  });
});

describe('deserialiseModel', () => {
  const { model } = fitModel({ family: 'majority' }, train);
  const text = serialiseModel({
    model,
    setting: { family: 'majority' },
    classes: [240, 480, 1080],
    trainingSha256: '',
    seed: 1,
  });

  for (const [what, damaged, message] of [
    ['text that is not JSON', 'x', /not a vqi-model file: not JSON/],
    ['other JSON', '{"version":1}', /not a vqi-model file: .*format/s],
    [
      'an unknown version',
      text.replace(/"version":\d+/, '"version":99'),
      /version 99 of vqi-model is unknown/,
    ],
    [
      'missing feature names',
      text.replace('"featureNames"', '"names"'),
      /damaged vqi-model file: .*featureNames/s,
    ],
    ['a damaged model', text.replace('"shares"', '"votes"'), /damaged majority model: .*shares/s],
    ['too few classes', text.replace('[240,480,1080]', '[240,480]'), /2 classes for a model of 3/],
  ] as const) {
    it(`rejects ${what}`, () => {
      assert.throws(() => deserialiseModel(damaged), ModelFormatError);
      assert.throws(() => deserialiseModel(damaged), message);
    });
  }
});
