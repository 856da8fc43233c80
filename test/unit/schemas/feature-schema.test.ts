import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';
import { featureDocs } from '../../../report/feature-docs.js';
import { featureSelectionSchema } from '../../../schemas/feature-selection.js';
import { isChosenFeature } from '../../../schemas/features/is-chosen-feature.js';
import { FEATURES } from '../../../schemas/features.js';

describe('the schema of features', () => {
  it('agrees with docs/features.md; npm run docs:features updates it', () => {
    assert.equal(readFileSync(join(projectRoot(), 'docs', 'features.md'), 'utf8'), featureDocs());
  });

  it('names each feature once, and each twin is a feature and an input', () => {
    const byName = new Map(FEATURES.map((feature) => [feature.name, feature]));
    assert.equal(byName.size, FEATURES.length);
    for (const { name, correctTwin, isInput, source } of FEATURES) {
      if (correctTwin === undefined) continue;
      assert.equal(byName.get(correctTwin)?.isInput, true, `${name}: ${correctTwin}`);
      assert.deepEqual({ isInput, source }, { isInput: false, source: 'published' }, name);
    }
  });

  it('selects inputs by families and groups; faulty published columns are never inputs', () => {
    const chosen = (selection: unknown) =>
      FEATURES.filter((feature) => isChosenFeature(feature, featureSelectionSchema.parse(selection))).map(
        ({ name }) => name,
      );
    const app = chosen({ families: ['App'] });
    assert.ok(app.includes('10_avg_chunksize') && app.includes('ttfb_ms_avg'));
    assert.ok(
      !app.includes('userAvgRTT') && !app.includes('up_chunk_iat_75') && !app.includes('cumsum_diff'),
    );
    assert.deepEqual(chosen({ groups: ['round trip'] }).length, 7);
    assert.deepEqual(chosen({ families: ['Net'], groups: ['round trip'] }), []);
    const kept = chosen({ families: ['App'], history: 'recent' });
    assert.deepEqual(
      app.filter((name) => !kept.includes(name)),
      FEATURES.filter(({ family, group }) => family === 'App' && group === 'all segments so far').map(
        ({ name }) => name,
      ),
    );
    const recent = chosen({ history: 'recent' });
    assert.ok(recent.includes('120s_rate_kbps') && recent.includes('120s_video_audio_ratio'));
    // No feature of segments reaches back further than defined: two minutes, or the last five or ten segments.
    assert.deepEqual(
      FEATURES.filter(
        ({ name, definition }) =>
          [...kept, ...recent].includes(name) && /so far|since the start of the session$/.test(definition),
      ),
      [],
    );
    assert.deepEqual(
      chosen({}),
      FEATURES.filter(({ family, isInput }) => family === 'Media' && isInput).map(({ name }) => name),
    );
  });
});
