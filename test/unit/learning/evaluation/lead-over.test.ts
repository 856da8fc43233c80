import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { differenceText, leadsOver } from '../../../../learning/evaluation/lead-over.js';

const right = [
  [5, 0],
  [0, 5],
];
const wrong = [
  [0, 5],
  [5, 0],
];

describe('leadsOver', () => {
  const allRight = Array<typeof right>(16).fill(right);
  const half = Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? right : wrong));

  it('are the differences of the scores, with the intervals of their draws', () => {
    // The share of sessions in which the models differ in a draw of 16 is k / 16, k binomial (16, 1/2), whose 2.5 % and
    // 97.5 % quantiles are 4 and 12.
    const lead = { value: 1 / 2, interval: { low: 4 / 16, high: 12 / 16 } };
    const even = { value: 0, interval: { low: 0, high: 0 } };
    assert.deepEqual(leadsOver(allRight, [half, allRight], 1), [
      { accuracy: lead, macroF1: lead },
      { accuracy: even, macroF1: even },
    ]);
    assert.deepEqual(leadsOver(half, [half], 1), [{ accuracy: even, macroF1: even }]);
  });

  it('have no interval with one session, and are none without a baseline', () => {
    const lead = { value: -1, interval: null };
    assert.deepEqual(leadsOver([wrong], [[right]], 1), [{ accuracy: lead, macroF1: lead }]);
    assert.deepEqual(leadsOver([wrong], [], 1), []);
  });

  it('are written with their signs', () => {
    const difference = { value: 0.0614, interval: { low: -0.02, high: 0.102 } };
    assert.equal(differenceText(difference), '+0.061 (95 % -0.020 to +0.102)');
    assert.equal(differenceText({ value: 0, interval: null }), '0.000');
  });
});
