import assert from 'node:assert/strict';
import test from 'node:test';
import { runFuzz } from '../../fuzz/run-fuzz.js';

const SEED = 20_180_211;
const CASES = 4000;

// `npm run fuzz` runs many more cases.
test('damaged captures neither crash nor hang the decoder, and its numbers agree', async (t) => {
  const totals = await runFuzz({ seed: SEED, cases: CASES });
  t.diagnostic(JSON.stringify(totals));
  assert.equal(totals.cases, CASES);
  assert.ok(totals.packets > CASES, 'mutants decode to packets');
  assert.ok(totals.refused > CASES / 20 && totals.refused < CASES / 2, 'some are refused, most are not');
});
