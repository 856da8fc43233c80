import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { riskByCoverage } from '../../../../learning/evaluation/coverage.js';

describe('riskByCoverage', () => {
  it('adds the windows from the most confident one on, those of one confidence together', () => {
    // Confidences 0.9 right, 0.8 wrong and 0.8 right, 0.6 wrong.
    const probabilities = Float64Array.from([0.9, 0.1, 0.2, 0.8, 0.8, 0.2, 0.6, 0.4]);
    assert.deepEqual(riskByCoverage(Int32Array.from([0, 0, 0, 1]), probabilities, 2), [
      { coverage: 0.25, risk: 0, leastConfidence: 0.9 },
      { coverage: 0.75, risk: 1 / 3, leastConfidence: 0.8 },
      { coverage: 1, risk: 0.5, leastConfidence: 0.6 },
    ]);
  });
});
