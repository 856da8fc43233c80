import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unusedSettings } from '../../../../activities/planning/unused-settings.js';
import { runConfigSchema } from '../../../../schemas/run-config.js';

const dataset = { kind: 'dataset', path: 'x.csv' };
const warningsOf = (config: object): string[] => unusedSettings(runConfigSchema.parse(config));

describe('settings that change nothing', () => {
  it('are named if they say how captures are read and the source is a dataset', () => {
    const service = { find: 'assume', assumedName: 'youtube' };
    const given = { anonymise: true, features: { history: 'recent' }, service, windows: { align: 'epoch' } };
    assert.deepEqual(warningsOf({ source: dataset, ...given }), [
      'windows.align, service.find, service.assumedName, anonymise, features.history: these settings change nothing in this run, because its source is a dataset, which has its windows and features already; leave them out',
    ]);
    assert.match(warningsOf({ source: dataset, splicedShare: 0 })[0] ?? '', /^splicedShare: this setting /);
    // The model keeps the others, for captures that it is applied to.
    assert.match(
      warningsOf({ source: { ...dataset, forCaptures: true }, ...given })[0] ?? '',
      /^anonymise, features\.history: these settings /,
    );
    assert.deepEqual(warningsOf({ source: { kind: 'captures', directory: 'd' }, ...given }), []);
  });

  it('are not those that a dataset needs, nor the usual ones', () => {
    const used = { seed: 2, windows: { seconds: 5 }, cleaning: { maxNullShare: 0.1 }, split: { by: 'site' } };
    assert.deepEqual(warningsOf({ source: dataset, ...used }), []);
    assert.deepEqual(warningsOf({ source: dataset, anonymise: false, windows: { align: 'session' } }), []);
  });
});
