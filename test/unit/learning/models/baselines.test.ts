import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitCalibrated } from '../../../../learning/calibration/fit-calibrated.js';
import { fitMonotoneSteps, stepAt } from '../../../../learning/models/baselines/monotone-steps.js';
import { fitModel, modelFromJson } from '../../../../learning/models/estimator.js';
import { deserialiseModel, serialiseModel } from '../../../../learning/saved/serialise.js';
import { BASELINE_FAMILIES } from '../../../../schemas/baseline-families.js';
import { trialSettingSchema } from '../../../../schemas/search.js';
import { noisySessions } from './noisy-sessions.js';

const input = {
  features: {
    rows: 8,
    columns: 2,
    values: Float64Array.of(9, 100, 9, 200, 9, 300, 9, 400, 9, 500, 9, 600, 9, NaN, 9, NaN),
    featureNames: ['userByteCount', '10_max_chunksize'],
  },
  labels: Int32Array.of(0, 1, 0, 1, 2, 2, 0, 2),
  classCount: 3,
  seed: 1,
};

describe('largest-segment', () => {
  const { model } = fitModel({ family: 'largest-segment' }, input);

  it('predicts the increasing shares that pooling by hand gives', () => {
    // Above 0: 0 | 1 0 -> 1/2, 1/2 | 1 | 1 | 1. Above 1: 0 0 0 0 | 1 1.
    const probabilities = model.predictProbabilities(input.features);
    assert.deepEqual(
      Array.from({ length: 8 }, (_, row) => [...probabilities.subarray(row * 3, row * 3 + 3)]),
      [
        [1, 0, 0],
        [0.5, 0.5, 0],
        [0.5, 0.5, 0],
        [0, 1, 0],
        [0, 0, 1],
        [0, 0, 1],
        [0.5, 0, 0.5],
        [0.5, 0, 0.5],
      ],
    );
  });

  it('is read back with the same predictions, and rejected if its column is missing', () => {
    const names = input.features.featureNames;
    const read = modelFromJson('largest-segment', JSON.parse(JSON.stringify(model.toJson())), names);
    assert.deepEqual(read.predictProbabilities(input.features), model.predictProbabilities(input.features));
    assert.throws(
      () => modelFromJson('largest-segment', model.toJson(), ['a', 'b']),
      /its column is not a feature/,
    );
    const features = { ...input.features, featureNames: ['a', 'b'] };
    assert.throws(
      () => fitModel({ family: 'largest-segment' }, { ...input, features }),
      /needs one of the features 120s_max_chunksize/,
    );
  });

  it('fits equal sizes alike', () => {
    const steps = fitMonotoneSteps(Float64Array.of(1, 1, 2, 3), Uint8Array.of(0, 1, 0, 1));
    assert.deepEqual(steps, { from: [1, 3], values: [1 / 3, 1] });
    assert.deepEqual(
      [0, 1, 2.5, 3, 9].map((size) => stepAt(steps, size)),
      [1 / 3, 1 / 3, 1 / 3, 1, 1],
    );
  });
});

describe('decision-tree', () => {
  it('has at most eight leaves by default and names the feature that decides', () => {
    const { model } = fitModel(trialSettingSchema.parse({ family: 'decision-tree' }), input);
    const probabilities = model.predictProbabilities(input.features);
    assert.deepEqual([...probabilities.subarray(12, 15)], [0, 0, 1]);
    assert.deepEqual((model.toJson() as { importances: number[] }).importances, [0, 1]);
  });
});

describe('every baseline', () => {
  it('is calibrated, saved and read back like other models', () => {
    const { features, labels, sessions, windows } = noisySessions();
    const rows = {
      features: { ...features, featureNames: ['10_max_chunksize'] },
      labels,
      classCount: 3,
      groups: sessions,
      folds: sessions.map((session) => Math.floor(session / 3) % 3),
      smoothing: { windows, dwellSeconds: 100 },
      seed: 1,
    };
    for (const family of BASELINE_FAMILIES) {
      const setting = trialSettingSchema.parse({ family });
      const { model, smoothing, measures } = fitCalibrated(setting, rows);
      assert.equal(measures?.rows, features.rows, family);
      const saved = {
        model,
        setting,
        classes: [240, 480, 1080],
        trainingSha256: '0'.repeat(64),
        seed: 1,
        ...(smoothing === null ? {} : { smoothing }),
      };
      const read = deserialiseModel(serialiseModel(saved));
      assert.equal(read.model.family, family);
      assert.deepEqual(read.smoothing, smoothing ?? undefined);
      const probabilities = read.model.predictProbabilities(rows.features);
      assert.deepEqual(probabilities, model.predictProbabilities(rows.features));
      for (let row = 0; row < features.rows; row += 100) {
        const sum = probabilities.subarray(row * 3, row * 3 + 3).reduce((total, value) => total + value, 0);
        assert.ok(Math.abs(sum - 1) < 1e-9, `${family}: ${sum}`);
      }
    }
  });
});
