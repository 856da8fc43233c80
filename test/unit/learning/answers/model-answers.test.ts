import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LearningRows } from '../../../../learning/answers/learning-rows.js';
import { modelAnswers, type ModelAnswers } from '../../../../learning/answers/model-answers.js';
import { fitCalibrated } from '../../../../learning/calibration/fit-calibrated.js';
import { logLoss } from '../../../../learning/evaluation/metrics.js';
import { trialSettingSchema } from '../../../../schemas/search.js';
import { noisySessions } from '../models/noisy-sessions.js';

describe('modelAnswers', () => {
  const { features, labels, sessions, windows } = noisySessions();
  const { rows } = features;
  const setting = trialSettingSchema.parse({ family: 'decision-tree', maxDepth: 4, minSamplesPerLeaf: 20 });
  const { model, smoothing } = fitCalibrated(setting, {
    features,
    labels,
    classCount: 3,
    seed: 1,
    groups: sessions,
    folds: sessions.map((session) => session % 4),
    smoothing: { windows, dwellSeconds: 100 },
  });
  assert.ok(smoothing !== null);

  /** The same windows as sessions of `length` windows. */
  const answers = (length: number, windowSeconds = 10): ModelAnswers => {
    const unknown = new Float64Array(rows).fill(NaN);
    const learning: LearningRows = {
      features,
      labels,
      folds: new Int32Array(rows),
      groups: sessions,
      groupCount: rows,
      source: {
        rows,
        featureNames: features.featureNames,
        values: features.values,
        sessionIds: Array.from(sessions.keys(), (row) => String(Math.floor(row / length))),
        sessionGroups: [],
        windowIndex: sessions.map((_, row) => row % length),
        startUs: unknown,
        resolutionPx: unknown,
        fold: unknown,
        services: Array.from(unknown, () => ''),
        hasMedia: new Uint8Array(unknown.length).fill(1),
        isSpliced: new Uint8Array(unknown.length),
        sinceSwitchSeconds: unknown,
      },
    };
    return modelAnswers({ model, smoothing }, learning, windowSeconds);
  };

  it('gives a session of one window the probabilities of the window alone', () => {
    const { probabilities, alone } = answers(1);
    const furthest = Math.max(...probabilities.map((value, at) => Math.abs(value - alone[at]!)));
    assert.ok(furthest < 0.02, String(furthest));
  });

  it('does not smooth over windows of an hour', () => {
    assert.deepEqual(answers(30, 3600).probabilities, answers(1).probabilities);
  });

  it('improves with the number of windows', () => {
    const losses = [1, 2, 3, 6, 30].map((length) => logLoss(labels, answers(length).probabilities, 3));
    for (const [at, loss] of losses.entries())
      assert.ok(at === 0 || loss < losses[at - 1]!, losses.join(' '));
  });
});
