import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { findOnPath } from '../../../server/find-on-path.js';
import { xzStream, zstdFrame } from '../../fuzz/compress.js';
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

for (const [tool, compress] of [
  ['xz', xzStream],
  ['zstd', zstdFrame],
] as const) {
  const path = findOnPath(tool, process.env['PATH'] ?? '');
  test(
    `what the fuzzer writes for ${tool}, ${tool} reads`,
    { skip: path === null && `${tool} is not installed` },
    () => {
      for (const length of [0, 1, 5, 65_536, 131_072, 200_000])
        for (const bytes of [Buffer.alloc(length, 7), Buffer.alloc(length, 'vqi'), Buffer.alloc(length, 'a')])
          assert.ok(
            execFileSync(path ?? '', ['-dc'], { input: compress(bytes), maxBuffer: 1 << 20 }).equals(bytes),
          );
    },
  );
}
