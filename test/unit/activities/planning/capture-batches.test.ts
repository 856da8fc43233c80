import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cutBatches } from '../../../../activities/planning/capture-batches.js';
import { parallelCapturesSchema } from '../../../../schemas/run-config.js';

const MIB = 2 ** 20;

/** How many captures each batch has. Together they have every capture once. */
function sizesOf(bytes: readonly number[], parallel: number): number[] {
  const batches = cutBatches(bytes, parallel);
  let at = 0;
  for (const batch of batches) {
    assert.equal(batch.from, at);
    assert.equal(
      batch.bytes,
      bytes.slice(batch.from, batch.to).reduce((sum, each) => sum + each, 0),
    );
    at = batch.to;
  }
  assert.equal(at, bytes.length);
  return batches.map(({ from, to }) => to - from);
}

it('gives every place of a large machine a batch of small captures, and the default of 4 places eight batches', () => {
  const small = Array.from({ length: 640 }, () => MIB);
  const most = parallelCapturesSchema.parse(64);
  assert.deepEqual(
    sizesOf(small, most),
    Array.from({ length: 128 }, () => 5),
  );
  assert.deepEqual(
    sizesOf(small, parallelCapturesSchema.parse(undefined)),
    Array.from({ length: 8 }, () => 80),
  );
  assert.deepEqual(
    sizesOf(small, 1),
    Array.from({ length: 8 }, () => 80),
  );
  assert.deepEqual(
    sizesOf(small.slice(0, 17), most),
    Array.from({ length: 17 }, () => 1),
  );
});

it('bounds the captures of a batch, and its bytes if they are much', () => {
  assert.equal(Math.max(...sizesOf(new Array<number>(20_000).fill(100), 4)), 500);
  // A hundredth of 100 GiB is 1 GiB.
  const large = Array.from({ length: 1000 }, () => 100 * MIB);
  assert.ok(sizesOf(large, 4).every((captures) => captures <= 10));
});
