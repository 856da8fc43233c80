import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { predictionOf } from '../../../../learning/answers/prediction-of.js';

describe('the prediction of a window', () => {
  const classes = [480, 720];
  const window = { startSeconds: 20, endSeconds: 30, unknown: null, truePx: 720 };

  it('is the likeliest rung with its probability, the lowest on a tie', () => {
    const prediction = predictionOf(window, Float64Array.from([0.2, 0.8]), classes);
    assert.deepEqual(prediction, {
      startSeconds: 20,
      endSeconds: 30,
      predictedPx: 720,
      confidence: 0.8,
      probabilities: [
        { heightPx: 480, probability: 0.2 },
        { heightPx: 720, probability: 0.8 },
      ],
      truePx: 720,
      unknown: null,
    });
    assert.equal(predictionOf(window, Float64Array.from([0.5, 0.5]), classes).predictedPx, 480);
  });

  it('is unknown, with a reason, without evidence', () => {
    const { startSeconds, endSeconds } = window;
    const unknown = { kind: 'no media', reason: 'no media segment in sight of this window' } as const;
    const prediction = predictionOf(
      { startSeconds, endSeconds, unknown },
      Float64Array.from([0.9, 0.1]),
      classes,
    );
    assert.deepEqual(prediction.probabilities, []);
    assert.deepEqual([prediction.predictedPx, prediction.confidence, prediction.truePx], [null, null, null]);
    assert.deepEqual(prediction.unknown, unknown);
  });

  it('keeps its probabilities if only the confidence is too low', () => {
    const unknown = { kind: 'low confidence', reason: 'confidence 0.55 is below 0.60' } as const;
    const prediction = predictionOf({ ...window, unknown }, Float64Array.from([0.45, 0.55]), classes);
    assert.deepEqual(
      prediction.probabilities.map(({ probability }) => probability),
      [0.45, 0.55],
    );
    assert.deepEqual([prediction.predictedPx, prediction.confidence], [null, null]);
  });

  it('is refused for another number of probabilities', () => {
    assert.throws(() => predictionOf(window, new Float64Array(3), classes), /3 probabilities of 2 classes/);
  });
});
