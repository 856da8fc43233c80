import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { calibrationDoubt } from '../../../domain/evaluation/calibration-doubt.js';

const SESSIONS = 20;
const WINDOWS = 6;
const ROWS = SESSIONS * WINDOWS;

/** Windows that are all 75 % sure of class 0; sessions below `right` are right, the others wrong. */
function doubtOf(right: number): ReturnType<typeof calibrationDoubt> {
  const groups = Int32Array.from({ length: ROWS }, (_, row) => 100 - Math.floor(row / WINDOWS));
  const truth = groups.map((group) => (100 - group < right ? 0 : 1));
  const probabilities = Float64Array.from({ length: ROWS * 2 }, (_, at) => (at % 2 === 0 ? 0.75 : 0.25));
  return calibrationDoubt(truth, probabilities, groups, 2, 1);
}

describe('calibrationDoubt', () => {
  it('is that of a binomial draw of sessions', () => {
    // |K / 20 - 0.75| with K ~ Binomial(20, 0.75): P(<= 0.15) = 0.935, P(<= 0.2) = 0.983 (scipy.stats.binom).
    const doubt = doubtOf(15)!;
    assert.ok(Math.abs(doubt.byChance - 0.2) < 1e-9, String(doubt.byChance));
    assert.ok(Math.abs(doubt.interval.low) < 1e-9 && Math.abs(doubt.interval.high - 0.2) < 1e-9);
  });

  it('does not hang on what is right, by chance', () => {
    const doubt = doubtOf(0)!;
    assert.ok(Math.abs(doubt.byChance - 0.2) < 1e-9);
    assert.deepEqual(doubt.interval, { low: 0.75, high: 0.75 });
  });

  it('is null for a single session', () => {
    const probabilities = Float64Array.from([0.75, 0.25]);
    assert.equal(calibrationDoubt(Int32Array.of(0), probabilities, Int32Array.of(3), 2, 1), null);
  });
});
