import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sessionIntervals } from '../../../../learning/evaluation/bootstrap.js';
import { calibration } from '../../../../learning/evaluation/calibration.js';
import { evaluatePredictions } from '../../../../learning/evaluation/evaluate.js';
import { thinCurve } from '../../../../learning/evaluation/roc.js';

describe('calibration', () => {
  it('weights the gap of each bin by its rows', () => {
    // Two rows at 0.9, one right: gap 0.4. Two rows at 1, both right: gap 0, same bin: (0.95 - 0.75) x 4.
    const probabilities = Float64Array.from([0.9, 0.1, 0.9, 0.1, 1, 0, 1, 0, 0.4, 0.6]);
    const { expectedCalibrationError, bins } = calibration(
      Int32Array.from([0, 1, 0, 0, 1]),
      probabilities,
      2,
    );
    assert.ok(Math.abs(expectedCalibrationError - (4 * 0.2 + 0.4) / 5) < 1e-12);
    assert.deepEqual(
      bins.map(({ rows }) => rows),
      [0, 0, 0, 0, 0, 0, 1, 0, 0, 4],
    );
    assert.equal(bins[0]?.accuracy, null);
  });
});

describe('bootstrap over sessions', () => {
  const right = [
    [5, 0],
    [0, 5],
  ];
  const wrong = [
    [0, 5],
    [5, 0],
  ];

  it('is wider if the errors are in few sessions', () => {
    const together = sessionIntervals([...Array<number[][]>(8).fill(right), wrong, wrong], 1);
    const spread = sessionIntervals(
      Array<number[][]>(10).fill([
        [4, 1],
        [1, 4],
      ]),
      1,
    );
    assert.ok(together && spread);
    assert.equal(spread.accuracy.high - spread.accuracy.low, 0);
    assert.ok(together.accuracy.high - together.accuracy.low > 0.3);
    assert.ok(together.accuracy.low >= 0.4 && together.accuracy.high <= 1);
  });

  it('is the same for the same seed', () => {
    const sessions = [right, wrong, right, right, wrong, right, right];
    assert.deepEqual(sessionIntervals(sessions, 3), sessionIntervals(sessions, 3));
  });

  it('uses the same classes in every draw, also if one that is never predicted is in few sessions', () => {
    // One session in ten is of the third class and predicted as the first; the others are right.
    const of = (label: number) =>
      [0, 1, 2].map((truth) =>
        [0, 1, 2].map((predicted) => (truth === label && predicted === label % 2 ? 5 : 0)),
      );
    const sessions = Array.from({ length: 10 }, (_, at) => of(at === 0 ? 2 : at % 2));
    const { macroF1 } = sessionIntervals(sessions, 1)!;
    assert.ok(macroF1.high <= 2 / 3, String(macroF1.high));
  });

  it('is null for a single session', () => assert.equal(sessionIntervals([right], 1), null));
});

describe('evaluatePredictions', () => {
  it('draws sessions, not windows', () => {
    // Of two sessions of fifty windows each, one is right throughout and one never.
    const groups = Int32Array.from({ length: 100 }, (_, row) => (row % 2 === 0 ? 7 : 3));
    const { sessions, intervals } = evaluatePredictions({
      truth: groups.map((group) => (group === 7 ? 0 : 1)),
      probabilities: Float64Array.from({ length: 200 }, (_, at) => 1 - (at % 2)),
      classes: [240, 360],
      groups,
      seed: 1,
    });
    assert.equal(sessions, 2);
    assert.deepEqual(intervals?.accuracy, { low: 0, high: 1 });
  });

  it('rejects no rows and arrays of unequal length', () => {
    const empty = { classes: [240, 360], seed: 1, groups: new Int32Array(0) };
    assert.throws(
      () => evaluatePredictions({ ...empty, truth: new Int32Array(0), probabilities: new Float64Array(0) }),
      /no rows/,
    );
    assert.throws(
      () => evaluatePredictions({ ...empty, truth: new Int32Array(2), probabilities: new Float64Array(4) }),
      /2 rows do not match 4 probabilities of 2 classes and 0 sessions/,
    );
  });
});

describe('thinCurve', () => {
  it('keeps the ends and drops points that are too close to be seen', () => {
    const points = Array.from({ length: 10_001 }, (_, index) => ({
      falsePositiveRate: index / 10_000,
      truePositiveRate: Math.sqrt(index / 10_000),
      threshold: 1 - index / 10_000,
    }));
    const thin = thinCurve(points, 1 / 100, (point) => [point.falsePositiveRate, point.truePositiveRate]);
    assert.ok(thin.length < 220, `${thin.length} points`);
    assert.deepEqual([thin[0], thin.at(-1)], [points[0], points.at(-1)]);
  });
});
