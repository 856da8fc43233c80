import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { windowText } from '../../../../activities/warehouse/window-text.js';
import { runConfigSchema } from '../../../../schemas/run-config.js';

describe('windowText', () => {
  const of = (source: object, lengths: 'wire' | 'captured' = 'wire'): string => {
    const config = runConfigSchema.parse({ source, windows: { lengths } });
    return windowText(config.windows, config.source);
  };

  it('says how captures are cut and counted', () => {
    const captures = { kind: 'captures', directory: 'captures' };
    assert.equal(of(captures), '10 s, counted from the begin of the session; lengths of packets on the wire');
    assert.match(of(captures, 'captured'), /; lengths of packets as captured$/);
  });

  it('says nothing of packets of a dataset, unless its model is for captures', () => {
    const dataset = { kind: 'dataset', path: 'windows.csv' };
    assert.equal(of(dataset), '10 s, as in the dataset');
    assert.equal(
      of({ ...dataset, forCaptures: true }),
      '10 s, as in the dataset; of captures that the model is applied to: counted from the begin of the session; lengths of packets on the wire',
    );
  });
});
