import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withOverrides } from '../../../cli/source-config.js';

describe('options over a configuration', () => {
  it('replace the keys that they name and nothing else', () => {
    const config = {
      search: { trials: 3, folds: 4 },
      split: { by: 'session', part: { number: 1, of: 5 } },
      service: { find: 'assume', assumedName: 'youtube' },
    };
    assert.deepEqual(withOverrides(config, { splitBy: 'video', trials: 9, assume: 'netflix' }), {
      search: { trials: 9, folds: 4 },
      split: { by: 'video', part: { number: 1, of: 5 } },
      service: { find: 'assume', assumedName: 'netflix' },
    });
  });

  it('name the columns of a dataset, and are refused for captures', () => {
    const options = {
      labelColumn: 'height',
      timeColumn: 't',
      groupColumn: { site: 'place' },
      excludeColumn: ['mos'],
      maxNullShare: 0.05,
    };
    const source = {
      kind: 'dataset',
      path: 'x.csv',
      labelColumn: 'px',
      groupColumns: { site: 'a', home: 'h' },
      excludeColumns: ['rebuffers'],
    };
    assert.deepEqual(withOverrides({ source }, options), {
      source: {
        ...source,
        labelColumn: 'height',
        timeColumn: 't',
        groupColumns: { site: 'place', home: 'h' },
        excludeColumns: ['rebuffers', 'mos'],
      },
      cleaning: { maxNullShare: 0.05 },
    });
    assert.throws(
      () => withOverrides({ source: { kind: 'captures', directory: 'd' } }, options),
      /^Error: --label-column is for a labelled dataset: name it with --dataset FILE, or in --config FILE$/,
    );
  });

  it('that say how captures are read are refused for a dataset, and taken for captures', () => {
    for (const [flag, options] of [
      ['--history', { history: 'recent' }],
      ['--assume', { assume: 'youtube' }],
      ['--services', { services: 'rules.json' }],
      ['--anonymise', { anonymise: true }],
    ] as const) {
      assert.throws(
        () => withOverrides({ source: { kind: 'dataset', path: 'x.csv' } }, options),
        new RegExp(`^Error: ${flag} says how captures are read, and a dataset has its windows already: `),
      );
      const config = { source: { kind: 'captures', directory: 'd' } };
      assert.notDeepEqual(withOverrides(config, options), config);
    }
    const forCaptures = { kind: 'dataset', path: 'x.csv', forCaptures: true };
    assert.deepEqual(withOverrides({ source: forCaptures }, { assume: 'youtube' }), {
      source: forCaptures,
      service: { find: 'assume', assumedName: 'youtube' },
    });
  });
});
