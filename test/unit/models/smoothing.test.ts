import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitCalibrated } from '../../../domain/models/calibration/fit-calibrated.js';
import { deserialiseModel, ModelFormatError, serialiseModel } from '../../../domain/models/serialise.js';
import { trialSettingSchema } from '../../../schemas/search.js';
import { noisySessions } from './noisy-sessions.js';

const { features, labels, sessions, windows } = noisySessions();
const input = {
  features,
  labels,
  classCount: 3,
  seed: 1,
  groups: sessions,
  folds: sessions.map((session) => session % 4),
};
const setting = trialSettingSchema.parse({ family: 'decision-tree', maxDepth: 4, minSamplesPerLeaf: 20 });

describe('fitCalibrated with smoothing', () => {
  const fit = fitCalibrated(setting, { ...input, smoothing: { windows, dwellSeconds: 100 } });

  it('tells noisy windows by those beside them, on sessions held out', () => {
    const { smoothed, logLossAfter } = fit.measures!;
    assert.ok(smoothed!.logLoss < logLossAfter / 2, `${smoothed!.logLoss} after ${logLossAfter}`);
    assert.ok(smoothed!.expectedCalibrationError < 0.05, `${smoothed!.expectedCalibrationError}`);
  });

  it('leaves what the model says of a window alone as it is', () => {
    const alone = fitCalibrated(setting, { ...input, smoothing: null });
    assert.equal(alone.smoothing, null);
    assert.equal(alone.measures!.smoothed, null);
    assert.deepEqual(
      fit.model.predictProbabilities(input.features),
      alone.model.predictProbabilities(input.features),
    );
  });

  it('is left out, and said to be, where it makes answers worse', () => {
    // Windows of three classes by turns, which play shorter than is said: what is beside a window is never its own class.
    const seconds = new Float64Array(labels.length);
    const dealt = [0, 0, 0];
    for (const [row, label] of labels.entries()) seconds[row] = 10 * (3 * dealt[label]!++ + label);
    const mixed = fitCalibrated(setting, {
      ...input,
      smoothing: {
        windows: { ...windows, sessions: new Int32Array(labels.length), seconds },
        dwellSeconds: 10,
      },
    });
    assert.equal(mixed.smoothing, null);
    assert.match(mixed.warnings.join(), /each window is judged by itself/);
    assert.notEqual(mixed.measures!.smoothed, null);
  });

  it('is saved and read back with the model', () => {
    const text = serialiseModel({
      model: fit.model,
      setting,
      classes: [240, 480, 1080],
      trainingSha256: '',
      seed: 1,
      smoothing: fit.smoothing!,
    });
    const read = deserialiseModel(text);
    assert.deepEqual(read.smoothing, fit.smoothing);
    assert.equal(serialiseModel(read), text);
    const other = text.replace(/(smoothing.*"present":)\[0,1,2\]/, '$1[0,3]');
    assert.throws(() => deserialiseModel(other), ModelFormatError);
  });
});
