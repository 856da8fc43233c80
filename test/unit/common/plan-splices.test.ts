import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planSplices, type SpliceSource } from '../../../common/plan-splices.js';

/** A source whose media arrive from `activeFrom` to second 60. */
function source(sessionId: string, resolutionPx: number, activeFrom: number): SpliceSource {
  return {
    sessionId,
    site: null,
    videoId: null,
    resolutionPx,
    kind: 'link type 1, IPv4',
    content: sessionId,
    firstUs: 0,
    activeFromUs: activeFrom * 1e6,
    activeToUs: 60e6,
  };
}

describe('plans of spliced sessions', () => {
  it('contain only sources that fit', () => {
    // Only 'short' can be first: its media are too short for a later piece, and the others have one resolution.
    const sources = [source('a', 360, 10), source('b', 360, 10), source('short', 720, 50)];
    for (let seed = 1; seed <= 20; seed++) {
      const plans = planSplices(sources, { sessions: 12, seed, pieceSeconds: [20, 30] });
      assert.equal(plans.length, 12);
      for (const pieces of plans)
        assert.deepEqual(
          pieces.map(({ source: of }) => of.resolutionPx),
          [720, 360],
        );
    }
  });
});
