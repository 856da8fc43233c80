import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leaderText } from '../../../workflows/search/leader-text.js';

describe('leaderText', () => {
  it('gives the share of the budget that the score was made with, which explains why a score may fall', () => {
    assert.equal(
      leaderText({ bestTrial: 4, bestMacroF1: 0.7312, bestShare: 1 / 3 }),
      ', trial 4 leads with macro-F1 0.731 on 33 % of its budget',
    );
    assert.equal(
      leaderText({ bestTrial: 2, bestMacroF1: 0.7, bestShare: 1 }),
      ', trial 2 leads with macro-F1 0.700',
    );
    assert.equal(leaderText({ bestTrial: null, bestMacroF1: null, bestShare: null }), '');
  });
});
