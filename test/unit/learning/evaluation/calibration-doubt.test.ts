import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { calibrationDoubt } from '../../../../learning/evaluation/calibration-doubt.js';

const WINDOWS = 6;

/** Windows that all have the same confidence in class 0; the first sessions are right, the others wrong. */
function doubtOf(right: number, sessions = 20, sure = 0.75): ReturnType<typeof calibrationDoubt> {
  const rows = sessions * WINDOWS;
  const groups = Int32Array.from({ length: rows }, (_, row) => 1000 - Math.floor(row / WINDOWS));
  const truth = groups.map((group) => (1000 - group < right ? 0 : 1));
  const probabilities = Float64Array.from({ length: rows * 2 }, (_, at) => (at % 2 === 0 ? sure : 1 - sure));
  return calibrationDoubt(truth, probabilities, groups, 2, 1);
}

describe('calibrationDoubt', () => {
  it('agrees with a binomial draw of sessions', () => {
    // |K / 20 - 0.75| with K ~ Binomial(20, 0.75): P(<= 0.15) = 0.935, P(<= 0.2) = 0.983 (scipy.stats.binom).
    const doubt = doubtOf(15)!;
    assert.ok(Math.abs(doubt.byChance - 0.2) < 1e-9, String(doubt.byChance));
    assert.ok(Math.abs(doubt.interval.low) < 1e-9 && Math.abs(doubt.interval.high - 0.2) < 1e-9);
  });

  it('uses the confidences, not the bounds of their bin', () => {
    // |K / 200 - 0.71| with K ~ Binomial(200, 0.71): P(<= 0.06) = 0.945, P(<= 0.065) = 0.963 (scipy.stats.binom).
    const { byChance } = doubtOf(142, 200, 0.71)!;
    assert.ok(byChance >= 0.055 && byChance <= 0.07, String(byChance));
  });

  it('has a byChance that does not depend on which windows are right', () => {
    const doubt = doubtOf(0)!;
    assert.ok(Math.abs(doubt.byChance - 0.2) < 1e-9);
    assert.deepEqual(doubt.interval, { low: 0.75, high: 0.75 });
  });

  it('is null for a single session', () => {
    const probabilities = Float64Array.from([0.75, 0.25]);
    assert.equal(calibrationDoubt(Int32Array.of(0), probabilities, Int32Array.of(3), 2, 1), null);
  });
});
