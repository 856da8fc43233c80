import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { storedSearch, type KeptSearch } from '../../../../activities/warehouse/stored-search.js';
import type { TrainingSetResult } from '../../../../activities/warehouse/training-set.js';
import { runConfigSchema } from '../../../../schemas/run-config.js';

const artifact = { name: '', path: '/matrix', sha256: '', bytes: 0, rows: null };
const trainingSet: TrainingSetResult = {
  training: artifact,
  scoring: artifact,
  classesPx: [240, 480],
  trainingSessions: 2,
  heldOutSessions: 1,
  features: 1,
  dwellSeconds: 100,
  droppedRows: 0,
  droppedColumns: 0,
  warnings: [],
};

describe('storedSearch', () => {
  const config = runConfigSchema.parse({ source: { kind: 'dataset', path: '/windows.csv' } });
  const kept = (search: KeptSearch['config']['search']): KeptSearch => ({
    runId: 'run',
    config: { ...config, search },
    trainingSet,
    matrix: artifact,
    audit: artifact,
    gap: null,
    warnings: [],
  });

  it('does not change a search of this version', () => {
    assert.deepEqual(storedSearch(kept(config.search)).config, config);
  });

  it('keeps the choice of an earlier version: by score alone, without smoothing', () => {
    const { standardErrors, dwellSeconds, parallelTrials, ...earlier } = config.search;
    const { search } = storedSearch(kept(earlier)).config;
    assert.notEqual(standardErrors, 0);
    assert.notEqual(dwellSeconds, null);
    assert.deepEqual(search, { ...earlier, standardErrors: 0, dwellSeconds: null, parallelTrials });
  });
});
