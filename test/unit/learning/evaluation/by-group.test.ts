import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scoresByGroup } from '../../../../learning/evaluation/by-group.js';

describe('scoresByGroup', () => {
  it('scores each group by itself, the one with the most windows first', () => {
    const count = (group: string, session: string, truePx: number, predictedPx: number, windows: number) => ({
      ...{ group, session, truePx, predictedPx, windows },
    });
    const [first, second] = scoresByGroup(
      [
        count('small', 'a', 480, 480, 3),
        count('large', 'b', 480, 720, 2),
        count('large', 'b', 720, 720, 2),
        count('large', 'c', 720, 720, 4),
      ],
      1,
    );
    // By hand: 6 of 8 right. F1 of 720p: 12/14; of 480p, never predicted: 0.
    assert.deepEqual([first?.group, first?.windows, first?.sessions, first?.accuracy], ['large', 8, 2, 0.75]);
    assert.ok(Math.abs(first!.macroF1 - 12 / 14 / 2) < 1e-12);
    // Session b is half right and session c entirely.
    assert.deepEqual(first?.interval, { low: 0.5, high: 1 });
    assert.deepEqual([second?.group, second?.accuracy, second?.interval], ['small', 1, null]);
  });
});
