import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, deriveSeed } from '../../../common/random.js';
import { stratifiedSample } from '../../../learning/fitting/row-sample.js';

describe('createRandom', () => {
  it('repeats itself for a seed and differs between seeds', () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 5 }, () => random.uniform());
    };
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
    assert.ok(draw(7).every((value) => value >= 0 && value < 1));
  });

  it('draws integers evenly and shuffles without loss', () => {
    const random = createRandom(1);
    const counts = [0, 0, 0, 0];
    for (let draw = 0; draw < 4000; draw++) counts[random.integer(4)]!++;
    assert.ok(
      counts.every((count) => Math.abs(count - 1000) < 120),
      counts.join(),
    );
    const items = [1, 2, 3, 4, 5, 6, 7, 8];
    const shuffled = random.shuffle(items);
    assert.notDeepEqual(shuffled, items);
    assert.deepEqual([...shuffled].sort(), items);
    assert.throws(() => random.integer(0), RangeError);
  });

  it('derives seeds that differ by label and by seed', () => {
    const seeds = [1, 2].flatMap((seed) =>
      ['', 'a', 'b', 'fold-1', 'fold-2'].map((label) => deriveSeed(seed, label)),
    );
    assert.equal(new Set(seeds).size, seeds.length);
    assert.ok(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32));
  });
});

describe('stratifiedSample', () => {
  const labels = Int32Array.from({ length: 1000 }, (_, row) => (row < 5 ? 2 : row % 10 === 0 ? 1 : 0));

  it('keeps the shares of the classes and every class', () => {
    const sample = stratifiedSample(labels, 4, 100, 1);
    const counts = [0, 0, 0, 0];
    sample.forEach((row) => counts[labels[row]!]!++);
    assert.deepEqual(counts, [89, 10, 1, 0]);
    assert.equal(new Set(sample).size, 100);
    assert.deepEqual(sample, sample.slice().sort());
  });

  it('takes all rows if they are fewer than the cap, and respects a cap below the number of classes', () => {
    assert.equal(stratifiedSample(labels, 4, 1000, 1).length, 1000);
    assert.equal(stratifiedSample(labels, 4, 2, 1).length, 2);
  });
});
