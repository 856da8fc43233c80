import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildTimeline } from '../../../../learning/answers/prediction-of.js';

describe('buildTimeline', () => {
  const windows = [
    { startSeconds: 20, endSeconds: 30, hasEvidence: true, truePx: 720 },
    { startSeconds: 0, endSeconds: 10, hasEvidence: false },
    { startSeconds: 10, endSeconds: 20, hasEvidence: true },
  ];
  const rows = buildTimeline(windows, Float64Array.from([0.2, 0.8, 0.9, 0.1, 0.5, 0.5]), [480, 720]);

  it('gives the likeliest rung with its probability, by time', () => {
    assert.deepEqual(
      rows.map(({ startSeconds, predictedPx, confidence, truePx }) => [
        startSeconds,
        predictedPx,
        confidence,
        truePx,
      ]),
      [
        [0, null, null, null],
        [10, 480, 0.5, null],
        [20, 720, 0.8, 720],
      ],
    );
    assert.deepEqual(rows[2]?.probabilities, [
      { heightPx: 480, probability: 0.2 },
      { heightPx: 720, probability: 0.8 },
    ]);
  });

  it('gives unknown, with a reason, for a window without evidence', () => {
    assert.deepEqual(rows[0]?.probabilities, []);
    assert.equal(rows[0].unknownReason, 'no media segment in sight of this window');
    assert.equal(rows[1]?.unknownReason, null);
  });

  it('rejects probabilities of the wrong length', () => {
    assert.throws(
      () => buildTimeline(windows, new Float64Array(5), [480, 720]),
      /3 windows of 2 classes need 6 probabilities, not 5/,
    );
  });
});
