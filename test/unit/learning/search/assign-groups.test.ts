import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DatasetError } from '../../../../common/dataset-error.js';
import { createRandom } from '../../../../common/random.js';
import { assignGroups, type GroupRows } from '../../../../learning/search/assign-groups.js';

const SHAPE = { holdoutShare: 0.25, folds: 3, seed: 1 };

/** Rows of a class by fold, over the rows of the class. */
function shares(rows: readonly GroupRows[], folds: ReadonlyMap<string, number>, label: number): number[] {
  const ofLabel = rows.filter((row) => row.label === label);
  const total = ofLabel.reduce((sum, row) => sum + row.rows, 0);
  return [-1, 0, 1, 2].map(
    (fold) =>
      ofLabel.filter(({ group }) => folds.get(group) === fold).reduce((sum, row) => sum + row.rows, 0) /
      total,
  );
}

describe('assignGroups', () => {
  it('gives each part its exact share of each class if groups are equal', () => {
    const rows = [240, 480, 1080].flatMap((label) =>
      Array.from({ length: 8 }, (_, at) => ({ group: `${label}/${at}`, label, rows: 12 })),
    );
    const folds = assignGroups(rows, SHAPE);
    for (const label of [240, 480, 1080])
      assert.deepEqual(shares(rows, folds, label), [0.25, 0.25, 0.25, 0.25]);
  });

  it('misses a share by at most the largest group of the class, for mixed groups of any size', () => {
    const random = createRandom(7);
    for (let round = 0; round < 50; round++) {
      const rows = Array.from({ length: 40 }, (_, group) =>
        [240, 360, 480, 720].flatMap((label) => {
          const count = random.integer(4) === 0 ? 1 + random.integer(200) : 0;
          return count === 0 ? [] : [{ group: `g${group}`, label, rows: count }];
        }),
      ).flat();
      const folds = assignGroups(rows, { ...SHAPE, seed: round });
      assert.equal(folds.size, new Set(rows.map(({ group }) => group)).size);
      for (const label of [240, 360, 480, 720]) {
        const ofLabel = rows.filter((row) => row.label === label);
        const total = ofLabel.reduce((sum, row) => sum + row.rows, 0);
        const largest = Math.max(...ofLabel.map((row) => row.rows)) / total;
        for (const share of shares(rows, folds, label))
          assert.ok(Math.abs(share - 0.25) <= largest + 0.05, `${label}: ${share}, largest group ${largest}`);
      }
    }
  });

  it('does not hold out the only group of a class, and leaves no part empty', () => {
    for (let seed = 0; seed < 20; seed++) {
      const rows = [
        { group: 'only', label: 1080, rows: 5 },
        { group: 'a', label: 240, rows: 9 },
        { group: 'b', label: 240, rows: 90 },
        { group: 'c', label: 240, rows: 900 },
        { group: 'd', label: 240, rows: 9 },
      ];
      const folds = assignGroups(rows, { ...SHAPE, holdoutShare: 0.01, seed });
      assert.notEqual(folds.get('only'), -1);
      assert.notEqual(assignGroups(rows, { ...SHAPE, holdoutShare: 0.9, seed }).get('only'), -1);
      assert.deepEqual([...new Set(folds.values())].sort(), [-1, 0, 1, 2]);
    }
  });

  it('holds out one of three groups of a class, and one of five that have all classes', () => {
    const heldOut = (rows: GroupRows[], of: string): number =>
      [...assignGroups(rows, SHAPE)].filter(([group, fold]) => fold === -1 && group.startsWith(of)).length;
    const rare = [...Array(3).keys()].map((at) => ({ group: `rare ${at}`, label: 1080, rows: 60 }));
    const often = [...Array(12).keys()].map((at) => ({ group: `often ${at}`, label: 480, rows: 60 }));
    assert.equal(heldOut([...rare, ...often], 'rare'), 1);
    const titles = [...Array(5).keys()].flatMap((at) =>
      [240, 480, 1080].map((label) => ({ group: `title ${at}`, label, rows: 12 })),
    );
    assert.equal(heldOut(titles, 'title'), 1);
  });

  it('depends on the seed, not on the order of the rows', () => {
    const rows = Array.from({ length: 30 }, (_, at) => ({
      group: `g${at}`,
      label: at % 3,
      rows: 10 + (at % 4),
    }));
    const folds = (given: GroupRows[], seed: number) => [...assignGroups(given, { ...SHAPE, seed })].sort();
    assert.deepEqual(folds([...rows].reverse(), 5), folds(rows, 5));
    assert.notDeepEqual(folds(rows, 6), folds(rows, 5));
  });

  it('reports too few groups', () => {
    const rows = ['A', 'B', 'C'].map((group) => ({ group, label: 240, rows: 1 }));
    assert.throws(
      () => assignGroups(rows, SHAPE),
      (error) =>
        error instanceof DatasetError && /3 groups cannot be divided into 3 folds/.test(error.message),
    );
  });
});
