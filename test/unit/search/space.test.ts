import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawTrials, SEARCH_RANGES } from '../../../domain/search/space.js';
import { searchConfigSchema, trialSettingSchema } from '../../../schemas/search.js';

const configOf = (values: object) => searchConfigSchema.parse(values);

function assertWithin(value: number, range: { from: number; to: number }): void {
  assert.ok(value >= range.from && value <= range.to, `${value} is not in ${range.from} to ${range.to}`);
}

describe('drawTrials', () => {
  it('shares the trials among the families, then lists the given settings', () => {
    const trials = drawTrials(configOf({ trials: 5, settings: [{ family: 'majority' }] }), 1);
    assert.deepEqual(
      trials.map(({ trial, setting }) => [trial, setting.family]),
      [
        [1, 'random-forest'],
        [2, 'extra-trees'],
        [3, 'gradient-boosting'],
        [4, 'random-forest'],
        [5, 'extra-trees'],
        [6, 'majority'],
      ],
    );
  });

  it('draws valid settings within the ranges', () => {
    const families = ['random-forest', 'extra-trees', 'gradient-boosting', 'ml-random-forest', 'ml-svm'];
    for (const { setting } of drawTrials(configOf({ trials: 400, families }), 3)) {
      assert.deepEqual(trialSettingSchema.parse(setting), setting);
      assert.ok(setting.family !== 'majority');
      const values: Readonly<Record<string, unknown>> = setting;
      for (const [name, range] of Object.entries(SEARCH_RANGES[setting.family])) {
        const value = values[name];
        if (Array.isArray(range)) assert.ok(range.includes(value), `${name} ${String(value)}`);
        else if (typeof range === 'number') assert.equal(value, range);
        else assertWithin(Number(value), range as { from: number; to: number });
      }
    }
  });

  it('gives the capped families the row caps asked for', () => {
    const rowCap = { 'ml-random-forest': 300, 'ml-svm': 200 };
    const families = ['ml-random-forest', 'ml-svm'];
    for (const { setting } of drawTrials(configOf({ trials: 10, families, rowCap }), 3)) {
      assert.ok('rowCap' in setting);
      assert.equal(setting.rowCap, rowCap[setting.family]);
    }
  });

  it('is the same for a seed and keeps earlier trials when more are asked for', () => {
    const few = drawTrials(configOf({ trials: 4 }), 9);
    assert.deepEqual(drawTrials(configOf({ trials: 8 }), 9).slice(0, 4), few);
    assert.notDeepEqual(drawTrials(configOf({ trials: 4 }), 10), few);
  });
});
