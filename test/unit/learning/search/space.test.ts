import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawTrials as draw } from '../../../../learning/search/space.js';
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
