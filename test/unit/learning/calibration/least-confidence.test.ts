import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leastConfidence } from '../../../../learning/calibration/least-confidence.js';

/** Ten windows: those with a confidence of 0.6 and more are right but for one, below it half of them. */
const confidences = Float64Array.of(0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2);
const isRight = Uint8Array.of(1, 1, 1, 0, 1, 1, 0, 1, 0, 0);

describe('the least confidence of an answer', () => {
  it('is zero if few enough of all answers are wrong', () => {
    assert.deepEqual(leastConfidence(confidences, isRight, 0.4), { confidence: 0, answered: 1, wrong: 0.4 });
  });

  it('is the lowest with which few enough of the answers are wrong', () => {
    // Down to 0.4: eight answers, two wrong. Down to 0.3: nine, three wrong.
    assert.deepEqual(leastConfidence(confidences, isRight, 0.25), {
      confidence: 0.4,
      answered: 0.8,
      wrong: 0.25,
    });
    // Half of the windows stay answered: down to 0.6, one of six is wrong.
    assert.deepEqual(leastConfidence(confidences, isRight, 0.17), {
      confidence: 0.6,
      answered: 0.6,
      wrong: 1 / 6,
    });
  });

  it('is the one with the smallest share of wrong answers if none is few enough', () => {
    const allWrong = Uint8Array.of(0, 0, 1, 1, 0, 0, 0, 0, 0, 0);
    // Down to 0.7: three of five wrong; all others more.
    assert.deepEqual(leastConfidence(confidences, allWrong, 0.1), {
      confidence: 0.7,
      answered: 0.5,
      wrong: 0.6,
    });
  });

  it('answers windows of equal confidence together', () => {
    const equal = new Float64Array(4).fill(0.5);
    assert.deepEqual(leastConfidence(equal, Uint8Array.of(1, 1, 1, 0), 0.1), {
      confidence: 0,
      answered: 1,
      wrong: 0.25,
    });
  });
});
