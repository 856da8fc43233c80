import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitMonotoneSteps, stepAt } from '../../../../learning/models/baselines/monotone-steps.js';
import { fitModel, modelFromJson } from '../../../../learning/models/estimator.js';
import { trialSettingSchema } from '../../../../schemas/search.js';

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
      /needs one of the features 10_max_chunksize/,
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
