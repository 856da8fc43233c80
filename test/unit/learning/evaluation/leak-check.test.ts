import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../../common/random.js';
import { columnSkills, LEAK_SKILL } from '../../../../learning/evaluation/leak-check.js';
import { leakageGap } from '../../../../learning/evaluation/leakage-gap.js';

const HEIGHTS = [240, 360, 480, 720, 1080];

/** Sessions of one class each, ten windows long, in folds by session. */
function sessions(count: number): { labels: Int32Array; folds: Int32Array; groups: Int32Array } {
  const groups = Int32Array.from({ length: count * 10 }, (_, row) => Math.floor(row / 10));
  return {
    groups,
    labels: groups.map((session) => session % HEIGHTS.length),
    folds: groups.map((session) => Math.floor(session / HEIGHTS.length) % 3),
  };
}

function matrix(columns: Record<string, (row: number) => number>, rows: number) {
  const featureNames = Object.keys(columns);
  const values = Float64Array.from({ length: rows * featureNames.length }, (_, at) => {
    const name = featureNames[at % featureNames.length] ?? '';
    return columns[name]?.(Math.floor(at / featureNames.length)) ?? NaN;
  });
  return { rows, columns: featureNames.length, values, featureNames };
}

describe('columnSkills', () => {
  const { labels, folds, groups } = sessions(60);
  const random = createRandom(3);
  const height = (row: number): number => HEIGHTS[labels[row]!]!;
  const sessionLevel = Array.from({ length: 60 }, () => random.uniform());
  const skills = columnSkills({
    features: matrix(
      {
        copy: height,
        scaled: (row) => Math.exp(height(row) / 200) - 7,
        falling: (row) => -Math.log(height(row)),
        shuffled: (row) => [3, 1, 4, 0, 2][labels[row]!]!,
        jittered: (row) => height(row) * (0.9 + 0.2 * random.uniform()),
        'wrong in one of fifty': (row) => (row % 50 === 7 ? HEIGHTS[(labels[row]! + 1) % 5]! : height(row)),
        'missing at one class': (row) => (labels[row] === 2 ? NaN : height(row)),
        noise: () => random.uniform(),
        'name of the session': (row) => sessionLevel[groups[row]!]!,
        constant: () => 1,
        empty: () => NaN,
        honest: (row) => height(row) * (0.4 + 1.2 * random.uniform()),
      },
      labels.length,
    ),
    labels,
    classCount: HEIGHTS.length,
    folds,
  });
  const skill = Object.fromEntries(skills.map((each) => [each.column, each.skill]));

  it('finds a copy of the label under any name, scale, direction or coding, and with some noise', () => {
    const suspects = skills.filter((each) => each.skill >= LEAK_SKILL).map(({ column }) => column);
    assert.deepEqual(suspects.sort(), [
      'copy',
      'falling',
      'jittered',
      'missing at one class',
      'scaled',
      'shuffled',
      'wrong in one of fifty',
    ]);
    for (const column of ['copy', 'scaled', 'falling', 'shuffled', 'missing at one class'])
      assert.equal(skill[column], 1, column);
  });

  it('is 0 for noise and for session ids, since the sessions of other folds have other ids', () => {
    for (const column of ['noise', 'name of the session', 'constant', 'empty'])
      assert.ok((skill[column] ?? 1) < 0.15, `${column}: ${skill[column]}`);
    assert.ok((skill['honest'] ?? 0) > 0.2 && (skill['honest'] ?? 1) < 0.7, String(skill['honest']));
  });

  it('agrees with a count by hand: 3 of 3 rows of one class are right, 0 of 1 of the other', () => {
    const [only] = columnSkills({
      features: matrix({ x: (row) => [0, 0, 5, 5, 0, 0][row]! }, 6),
      labels: Int32Array.from([0, 0, 1, 1, 0, 1]),
      classCount: 2,
      folds: Int32Array.from([0, 0, 0, 0, 1, 1]),
    });
    // Fold 1 from fold 0: 0 -> class 0, so row 4 is right and row 5 is wrong. Fold 0 from fold 1, where 0 has both
    // classes: the lower class; 5 is above all its values and in the same interval: rows 0 and 1 are right, 2 and 3
    // wrong.
    assert.deepEqual(only, { column: 'x', balancedAccuracy: (3 / 3 + 0 / 3) / 2, skill: 0 });
  });
});

describe('leakageGap', () => {
  it('shows how much a split by row overestimates if a column identifies the session', () => {
    const { labels, folds, groups } = sessions(60);
    const random = createRandom(5);
    const names = Array.from({ length: 60 }, () => random.uniform());
    const gap = leakageGap({
      features: matrix({ name: (row) => names[groups[row]!]! }, labels.length),
      labels,
      classCount: HEIGHTS.length,
      folds: folds.map((fold) => (fold === 2 ? -1 : fold)),
      groups,
      seed: 1,
    });
    assert.ok(gap !== null);
    assert.equal(gap.rows, 200);
    assert.ok(gap.macroF1ByRow > 0.9 && gap.macroF1ByGroup < 0.4, JSON.stringify(gap));
  });

  it('is null if nothing is held out', () => {
    const { labels, folds, groups } = sessions(10);
    const features = matrix({ x: (row) => row }, labels.length);
    assert.equal(leakageGap({ features, labels, classCount: 5, folds, groups, seed: 1 }), null);
  });
});
