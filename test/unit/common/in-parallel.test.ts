import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { inParallel } from '../../../common/in-parallel.js';

it('works on a few items at a time, keeps their order, and gives the error of the first that failed', async () => {
  let [atWork, most] = [0, 0];
  const begun: number[] = [];
  const work = async (item: number, rounds: number): Promise<string> => {
    begun.push(item);
    atWork += 1;
    most = Math.max(most, atWork);
    for (let round = 0; round < rounds; round++) await setImmediate();
    atWork -= 1;
    if (item < 0) throw new Error(`failed: ${item}`);
    return `done: ${item}`;
  };
  const items = Array.from({ length: 20 }, (_, index) => index);
  const results = await inParallel(items, 3, (item) => work(item, 20 - item));
  assert.deepEqual(
    results,
    items.map((item) => `done: ${item}`),
  );
  assert.equal(most, 3);
  assert.deepEqual(await inParallel([], 3, () => work(1, 1)), []);

  begun.length = 0;
  // The first item fails last.
  await assert.rejects(
    inParallel([-1, -2, 3, 4], 2, (item) => work(item, item === -1 ? 9 : 1)),
    { message: 'failed: -1' },
  );
  assert.equal(atWork, 0, 'nothing is still at work');
  assert.deepEqual(begun, [-1, -2]);
});
