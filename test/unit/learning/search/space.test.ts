import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { baselineTrials, drawTrials as draw } from '../../../../learning/search/space.js';
import { searchRangesSchema } from '../../../../schemas/search-space.js';
import { searchConfigSchema, trialSettingSchema, type SearchConfig } from '../../../../schemas/search.js';

const configOf = (values: object) => searchConfigSchema.parse(values);
const drawTrials = (search: SearchConfig, seed: number) => draw(search, seed, search);

function assertWithin(value: number, range: { from: number; to: number }): void {
  assert.ok(value >= range.from && value <= range.to, `${value} is not in ${range.from} to ${range.to}`);
}

describe('drawTrials', () => {
  it('shares the trials among the families, then lists the given settings', () => {
    const trials = drawTrials(configOf({ trials: 5, settings: [{ family: 'majority' }] }), 1);
    assert.deepEqual(
      trials.map(({ trial, setting }) => [trial, setting.family]),
      [
        [1, 'extra-trees'],
        [2, 'random-forest'],
        [3, 'gradient-boosting'],
        [4, 'extra-trees'],
        [5, 'random-forest'],
        [6, 'majority'],
      ],
    );
  });

  it('draws valid settings within the ranges', () => {
    const families = Object.keys(searchRangesSchema.shape);
    const search = configOf({ trials: 400, families });
    for (const { setting } of drawTrials(search, 3)) {
      assert.deepEqual(trialSettingSchema.parse(setting), setting);
      const values: Readonly<Record<string, unknown>> = setting;
      const ranges = new Map<string, object>(Object.entries(search.ranges)).get(setting.family);
      assert.ok(ranges !== undefined);
      for (const [name, range] of Object.entries<unknown>({ ...ranges })) {
        const value = values[name];
        if (Array.isArray(range)) assert.ok((range as unknown[]).includes(value), `${name} ${String(value)}`);
        else if (typeof range === 'number') assert.equal(value, range);
        else assertWithin(Number(value), range as { from: number; to: number });
      }
    }
  });

  it('refuses ranges that allow what a setting, and so a saved model, refuses', () => {
    const limits: [family: string, name: string, most: number][] = [
      ['random-forest', 'trees', 2000],
      ['extra-trees', 'maxDepth', 200],
      ['extra-trees', 'minSamplesPerLeaf', 1_000_000],
      ['gradient-boosting', 'rounds', 5000],
      ['gradient-boosting', 'maxLeaves', 255],
      ['gradient-boosting', 'l2', 1e6],
      ['ml-random-forest', 'trees', 500],
      ['ml-random-forest', 'maxDepth', 64],
    ];
    for (const [family, name, most] of limits) {
      const drawnAt = (value: number) =>
        searchConfigSchema.safeParse({
          trials: 1,
          families: [family],
          ranges: { [family]: { [name]: { from: value, to: value } } },
        });
      const allowed = drawnAt(most);
      assert.ok(allowed.success, `${family} ${name}`);
      const [trial] = drawTrials(allowed.data, 1);
      assert.deepEqual(trialSettingSchema.parse(trial?.setting), trial?.setting);
      assert.deepEqual(drawnAt(most * 2).error?.issues[0]?.path.slice(0, 3), ['ranges', family, name]);
      assert.equal(trialSettingSchema.safeParse({ ...trial?.setting, [name]: most * 2 }).success, false);
    }
  });

  it('draws nothing from baselines, which every search tries once', () => {
    const named = configOf({ trials: 3, families: ['decision-tree', 'extra-trees', 'majority'] });
    const trials = drawTrials(named, 1);
    assert.deepEqual(
      trials.map(({ setting }) => setting.family),
      ['extra-trees', 'extra-trees', 'extra-trees'],
    );
    assert.deepEqual(
      baselineTrials(trials).map(({ trial, setting }) => [trial, setting.family]),
      [
        [4, 'majority'],
        [5, 'largest-segment'],
        [6, 'decision-tree'],
      ],
    );
    const alone = drawTrials(configOf({ trials: 3, families: ['majority'] }), 1);
    assert.deepEqual(alone, []);
    // One that is listed is not tried a second time.
    const listed = drawTrials(configOf({ trials: 0, settings: [{ family: 'majority' }] }), 1);
    assert.deepEqual(
      baselineTrials(listed).map(({ trial, setting }) => [trial, setting.family]),
      [
        [2, 'largest-segment'],
        [3, 'decision-tree'],
      ],
    );
  });

  it('gives the capped families the configured row caps', () => {
    const rowCap = { 'ml-random-forest': 300, 'ml-svm': 200 };
    const families = ['ml-random-forest', 'ml-svm'];
    for (const { setting } of drawTrials(configOf({ trials: 10, families, rowCap }), 3)) {
      assert.ok('rowCap' in setting);
      assert.equal(setting.rowCap, rowCap[setting.family]);
    }
  });

  it('is the same for the same seed and keeps earlier trials if more are drawn', () => {
    const few = drawTrials(configOf({ trials: 4 }), 9);
    assert.deepEqual(drawTrials(configOf({ trials: 8 }), 9).slice(0, 4), few);
    assert.notDeepEqual(drawTrials(configOf({ trials: 4 }), 10), few);
    const later = draw(configOf({}), 9, { trials: 4, settings: [{ family: 'majority' }] }, 5);
    assert.deepEqual(later.slice(0, 4), drawTrials(configOf({ trials: 8 }), 9).slice(4));
    assert.deepEqual(later[4], { trial: 9, setting: { family: 'majority' } });
  });

  it('draws from configured ranges, and names the key of an invalid one', () => {
    const ranges = { 'extra-trees': { trees: { from: 7, to: 7 }, classWeights: ['balanced'] } };
    const drawn = drawTrials(configOf({ trials: 20, families: ['extra-trees'], ranges }), 1);
    for (const { setting } of drawn) {
      assert.ok(setting.family === 'extra-trees');
      assert.deepEqual([setting.trees, setting.classWeights], [7, 'balanced']);
    }
    assert.ok(new Set(drawn.map(({ setting }) => JSON.stringify(setting))).size > 15);
    const refused = searchConfigSchema.safeParse({ ranges: { 'ml-svm': { C: { from: 2, to: 1 } } } });
    assert.deepEqual(refused.error?.issues[0]?.path, ['ranges', 'ml-svm', 'C']);
    const misspelt = searchConfigSchema.safeParse({ ranges: { 'ml-svm': { c: 1 } } });
    assert.match(String(misspelt.error?.issues[0]?.message), /"c"/);
  });
});
