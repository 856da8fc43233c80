import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../../common/random.js';
import { fitCalibrated } from '../../../../learning/calibration/fit-calibrated.js';
import { applyTemperature } from '../../../../learning/calibration/temperature.js';
import { takeAt, takeRows } from '../../../../learning/fitting/feature-matrix.js';
import { deserialiseModel, ModelFormatError, serialiseModel } from '../../../../learning/saved/serialise.js';
import { sharpnessByWindows, smoothSessions } from '../../../../learning/smoothing/smooth-sessions.js';
import { trialSettingSchema } from '../../../../schemas/search.js';
import { noisySessions } from '../models/noisy-sessions.js';

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

  it('predicts noisy windows better by their neighbours, on held-out sessions', () => {
    const { smoothed, logLossAfter } = fit.measures!;
    assert.ok(smoothed!.logLoss < logLossAfter / 2, `${smoothed!.logLoss} after ${logLossAfter}`);
    assert.ok(smoothed!.expectedCalibrationError < 0.05, `${smoothed!.expectedCalibrationError}`);
  });

  it('learns the same from rows in any order', () => {
    const order = Int32Array.from(createRandom(3).shuffle([...labels.keys()]));
    const shuffled = fitCalibrated(setting, {
      ...input,
      features: takeRows(features, order),
      labels: takeAt(labels, order),
      groups: takeAt(sessions, order),
      folds: takeAt(input.folds, order),
      smoothing: {
        windows: {
          sessions: takeAt(sessions, order),
          seconds: Float64Array.from(order, (row) => windows.seconds[row]!),
          hasEvidence: Uint8Array.from(order, (row) => windows.hasEvidence[row]!),
        },
        dwellSeconds: 100,
      },
    });
    assert.ok(Math.abs(shuffled.measures!.smoothed!.logLoss - fit.measures!.smoothed!.logLoss) < 1e-6);
  });

  it('ignores windows without evidence', () => {
    // Such windows contain noise: every second one shows the class of the next session.
    const values = features.values.map((value, row) => (row % 2 === 0 ? value : 3 + ((row >> 4) % 3)));
    const lossWith = (hasEvidence: Uint8Array): number =>
      fitCalibrated(setting, {
        ...input,
        features: { ...features, values },
        smoothing: { windows: { ...windows, hasEvidence }, dwellSeconds: 100 },
      }).measures!.smoothed!.logLoss;
    const seen = windows.hasEvidence.map((_, row) => 1 - (row % 2));
    assert.ok(lossWith(seen) < lossWith(windows.hasEvidence), `${lossWith(seen)}`);
  });

  it('is calibrated for the number of windows pooled', () => {
    // Four equal folds, so that a model of three folds equals the model of all; sessions of one to thirty windows.
    const rows = Int32Array.from(labels.keys()).filter(
      (row) => sessions[row]! < 12 && row % 30 <= (row / 30) * 2.6,
    );
    const often = Int32Array.from([...rows, ...rows, ...rows, ...rows]);
    const copy = Int32Array.from(often, (_, at) => Math.floor(at / rows.length));
    const of = {
      labels: takeAt(labels, often),
      sessions: Int32Array.from(often, (row, at) => sessions[row]! * 4 + copy[at]!),
    };
    const sequence = {
      sessions: of.sessions,
      seconds: Float64Array.from(often, (row) => windows.seconds[row]!),
      hasEvidence: new Uint8Array(often.length).fill(1),
    };
    const stump = trialSettingSchema.parse({ family: 'decision-tree', maxDepth: 2 });
    const { model, smoothing } = fitCalibrated(stump, {
      ...input,
      features: takeRows(features, often),
      labels: of.labels,
      groups: of.sessions,
      folds: copy,
      smoothing: { windows: sequence, dwellSeconds: 100 },
    });
    const alone = model.predictProbabilities(takeRows(features, often));
    const { probabilities, effectiveWindows } = smoothSessions(smoothing!, [0, 1, 2], alone, 3, sequence);
    const sizes = new Map<number, number>();
    for (const session of of.sessions) sizes.set(session, (sizes.get(session) ?? 0) + 1);
    const lossAt = (temperature: number): number => {
      const scaling = { ...smoothing!.calibration, temperature };
      const calibrated = applyTemperature(scaling, probabilities, 3, sharpnessByWindows(effectiveWindows));
      return of.labels.reduce(
        (sum, label, row) => sum - Math.log(calibrated[row * 3 + label]!) / sizes.get(of.sessions[row]!)!,
        0,
      );
    };
    const { temperature } = smoothing!.calibration;
    const losses = [1 / 1.05, 1, 1.05].map((factor) => lossAt(temperature * factor));
    assert.ok(losses[1]! < losses[0]! && losses[1]! < losses[2]!, `${temperature}: ${losses.join(' ')}`);
  });

  it('does not change the prediction for a window alone', () => {
    const alone = fitCalibrated(setting, { ...input, smoothing: null });
    assert.equal(alone.smoothing, null);
    assert.equal(alone.measures!.smoothed, null);
    assert.deepEqual(
      fit.model.predictProbabilities(input.features),
      alone.model.predictProbabilities(input.features),
    );
  });

  it('is left out, with a warning, if it makes predictions worse', () => {
    // Windows of three classes in turn, which change faster than dwellSeconds: neighbours never have the window's
    // class.
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
    assert.match(mixed.warnings.join(), /predictions are not smoothed/);
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
    const file = JSON.parse(text) as object;
    const ofFirst = deserialiseModel(
      JSON.stringify({ ...file, version: 1, calibration: undefined, smoothing: undefined }),
    );
    assert.equal(ofFirst.smoothing, undefined);
    assert.equal(ofFirst.model.classCount, 3);
    const other = text.replace(/(smoothing.*"present":)\[0,1,2\]/, '$1[0,3]');
    assert.throws(() => deserialiseModel(other), ModelFormatError);
  });
});

describe('sharpnessByWindows', () => {
  it('is that of one window for one window, and three quarters of the way to that of many for two', () => {
    const sharpnessOf = sharpnessByWindows(Float64Array.of(1, 2, 1e9));
    // Of many 3: 1, then 3 - (3 - 1) / 4, then 3.
    assert.deepEqual([sharpnessOf(0, 3), sharpnessOf(1, 3)], [1, 2.5]);
    assert.ok(Math.abs(sharpnessOf(2, 3) - 3) < 1e-12);
  });
});
