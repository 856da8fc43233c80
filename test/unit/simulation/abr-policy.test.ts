import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bufferBased, pinned, rateBased, type AbrState } from '../../../simulation/player/abr-policy.js';

/** Rungs of 1 to 4 Mbit/s; a buffer of 240 s as in Huang et al.: reservoir 90 s, cushion up to 216 s. */
const LADDER = [1, 2, 3, 4].map((mbps, index) => ({ heightPx: 240 + 120 * index, bitrateBps: mbps * 1e6 }));
const state = (change: Partial<AbrState>): AbrState => ({
  ladder: LADDER,
  previous: 1,
  bufferSeconds: 0,
  maxBufferSeconds: 240,
  throughputsBps: [],
  ...change,
});

describe('bufferBased', () => {
  // f(B) = 1 Mbit/s + 3 Mbit/s * (B - 90) / 126, by hand.
  for (const [previous, bufferSeconds, expected, why] of [
    [2, 90, 0, 'in the reservoir'],
    [0, 216, 3, 'beyond the cushion'],
    [1, 150, 1, 'f = 2.43 is between the neighbours 1 and 3: stays'],
    [1, 175, 2, 'f = 3.02 reaches the next rung: up to the highest below f'],
    [0, 175, 2, 'f = 3.02 from the bottom: two rungs at once'],
    [3, 170, 2, 'f = 2.90 falls to the rung below, 3: down to the lowest above f'],
    [2, 130, 1, 'f = 1.95 falls below 2: down to the lowest above f'],
  ] as const) {
    it(`rung ${previous}, ${bufferSeconds} s: ${why}`, () => {
      assert.equal(bufferBased(state({ previous, bufferSeconds })), expected);
    });
  }
});

describe('rateBased', () => {
  it('starts at the lowest rung if it knows nothing, and goes up one rung at a time', () => {
    assert.equal(rateBased(state({ previous: null, throughputsBps: [] })), 0);
    // 85 % of 3 Mbit/s is 2.55.
    assert.equal(rateBased(state({ previous: null, throughputsBps: [3e6] })), 1);
    assert.equal(rateBased(state({ previous: 0, throughputsBps: [9e6, 9e6] })), 1);
  });

  it('takes 85 % of the harmonic mean of the last five', () => {
    // 2 and 6 Mbit/s: harmonic mean 3, 85 % of it 2.55.
    assert.equal(rateBased(state({ previous: 3, throughputsBps: [2e6, 6e6] })), 1);
    assert.equal(rateBased(state({ previous: 3, throughputsBps: [0.1e6, 6e6, 6e6, 6e6, 6e6, 6e6] })), 3);
    assert.equal(rateBased(state({ previous: 3, throughputsBps: [0.5e6] })), 0);
  });
});

describe('pinned', () => {
  it('finds its rung, or throws if the ladder has none', () => {
    assert.equal(pinned(480)(state({})), 2);
    assert.throws(() => pinned(481)(state({})), RangeError);
  });
});
