import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildTimeline } from '../../../../learning/answers/timeline.js';

describe('buildTimeline', () => {
  const windows = [
    { startUs: 20e6, endUs: 30e6, hasEvidence: true, trueHeightPx: 720 },
    { startUs: 0, endUs: 10e6, hasEvidence: false },
    { startUs: 10e6, endUs: 20e6, hasEvidence: true },
  ];
  const rows = buildTimeline(windows, Float64Array.from([0.2, 0.8, 0.9, 0.1, 0.5, 0.5]), [480, 720]);

  it('answers the likeliest rung with its probability, by time', () => {
    assert.deepEqual(
      rows.map(({ startUs, predictedHeightPx, confidence, trueHeightPx }) => [
        startUs,
        predictedHeightPx,
        confidence,
        trueHeightPx,
      ]),
      [
        [0, null, null, null],
        [10e6, 480, 0.5, null],
        [20e6, 720, 0.8, 720],
      ],
    );
    assert.deepEqual(rows[2]?.probabilities, [
      { heightPx: 480, probability: 0.2 },
      { heightPx: 720, probability: 0.8 },
    ]);
  });

  it('answers unknown, with a reason, without evidence', () => {
    assert.deepEqual(rows[0]?.probabilities, []);
    assert.equal(rows[0].reason, 'no media segment in sight of this window');
    assert.equal(rows[1]?.reason, null);
  });

  it('refuses probabilities of another length', () => {
    assert.throws(() => buildTimeline(windows, new Float64Array(5), [480, 720]), /3 windows came with 5/);
  });
});
