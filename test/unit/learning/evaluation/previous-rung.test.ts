import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { previousRung } from '../../../../learning/evaluation/previous-rung.js';

describe('previousRung', () => {
  it('repeats the prediction of the previous window, and gives the shares at the start of a session', () => {
    const probabilities = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.5, 0.5, 1, 0);
    const repeated = previousRung(probabilities, ['a', 'a', 'a', 'b'], Float64Array.of(0.7, 0.3));
    assert.deepEqual([...repeated], [0.7, 0.3, 0.9, 0.1, 0.2, 0.8, 0.7, 0.3]);
  });
});
