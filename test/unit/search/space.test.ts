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
        [1, 'ml-random-forest'],
        [2, 'ml-svm'],
        [3, 'ml-random-forest'],
        [4, 'ml-svm'],
        [5, 'ml-random-forest'],
        [6, 'majority'],
      ],
    );
  });

  it('draws valid settings within the ranges, with the row caps asked for', () => {
    const rowCap = { 'ml-random-forest': 300, 'ml-svm': 200 };
    for (const { setting } of drawTrials(configOf({ trials: 200, rowCap }), 3)) {
      assert.deepEqual(trialSettingSchema.parse(setting), setting);
      assert.ok(setting.family !== 'majority');
      assert.equal(setting.rowCap, rowCap[setting.family]);
      if (setting.family === 'ml-svm') {
        const { C, sigma, maxIterations } = SEARCH_RANGES['ml-svm'];
        assertWithin(setting.C, C);
        assertWithin(setting.sigma, sigma);
        assert.equal(setting.maxIterations, maxIterations);
      } else {
        const ranges = SEARCH_RANGES['ml-random-forest'];
        for (const name of ['trees', 'featureShare', 'maxDepth', 'minSamplesPerLeaf'] as const) {
          assertWithin(setting[name], ranges[name]);
        }
      }
    }
  });

  it('is the same for a seed and keeps earlier trials when more are asked for', () => {
    const few = drawTrials(configOf({ trials: 4 }), 9);
    assert.deepEqual(drawTrials(configOf({ trials: 8 }), 9).slice(0, 4), few);
    assert.notDeepEqual(drawTrials(configOf({ trials: 4 }), 10), few);
  });
});
