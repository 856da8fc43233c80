import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { PUBLISHED_ALIASES, PUBLISHED_EXCLUSIONS } from '../../schemas/features/published-columns.js';
import { FEATURES } from '../../schemas/features.js';
import { readSqlFolder } from '../../warehouse/core/sql-files.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import { NO_SHARED_DATA, sharedData } from '../shared-data.js';
import { withTestRun } from './test-run.js';

const path = sharedData('noise_dataset', 'netflix_dataset_rows_208_212.csv');
const skip = path === null && NO_SHARED_DATA;

describe('the published dataset', () => {
  it(
    'has no column that is neither a feature, nor an alias of one, nor left out for a reason',
    { skip },
    () => {
      const [header = ''] = readFileSync(path!, 'utf8').trim().split(/\r?\n/);
      const published = header.split(',').slice(1);
      assert.equal(published.length, 251);
      const features = new Map(FEATURES.map((feature) => [feature.name, feature]));
      const columns = published.filter((name) => !(name in PUBLISHED_EXCLUSIONS));
      for (const name of columns) {
        const feature = features.get(PUBLISHED_ALIASES[name] ?? name);
        assert.equal(feature?.source, 'published', name);
      }
      const known = [...Object.keys(PUBLISHED_ALIASES), ...Object.keys(PUBLISHED_EXCLUSIONS)];
      assert.deepEqual(
        known.filter((name) => !published.includes(name)),
        [],
      );
      const claimed = FEATURES.filter(({ source }) => source === 'published').map(({ name }) => name);
      assert.deepEqual(
        claimed.filter((name) => !published.includes(name)),
        [],
      );
    },
  );

  it('satisfies the identities that a check requires of our features', { skip }, async () => {
    await withTestRun(async (warehouse) => {
      await loadRows(warehouse);
      assert.deepEqual(await violations(warehouse), []);
      // Each identity can fail.
      await warehouse.run(
        'update feat_windows set cumsum_chunksizes = cumsum_chunksizes + 9999, "10_chunksizes_75" = 0, up_down_ratio = 99, "userAvgRetransmit" = 0.37, "userByteCount" = 1, n_chunks_up = 77 where window_index = 2',
      );
      const found = (await violations(warehouse)).map((row) => String(row['identity']));
      for (const part of [
        'cumsum_diff',
        'allprev_avg',
        '10_min <=',
        'up_down_ratio',
        'whole number',
        'userAvgBytes',
        'n_chunks_up',
      ]) {
        assert.ok(
          found.some((identity) => identity.includes(part)),
          `${part} in ${found.join('; ')}`,
        );
      }
    });
  });

  it('has the repeated columns that are aliases', { skip }, async () => {
    await withTestRun(async (warehouse) => {
      await loadRows(warehouse);
      const differing = Object.entries(PUBLISHED_ALIASES).map(
        ([alias, name]) => `count_if(abs("${alias}" - "${name}") > 0.001)`,
      );
      const [row] = await warehouse.rows(`select ${differing.join(' + ')} as differing from feat_windows`);
      assert.equal(Number(row?.['differing']), 0);
    });
  });

  it('is reproduced if a row has enough values to compute it', { skip }, async () => {
    await withTestRun(async (warehouse) => {
      await loadRows(warehouse);
      // Ages by the formula of avg_flow_age: the mean first packet is within the session's first seconds.
      const [ages] = await warehouse.rows(
        'select min(relative_timestamp * 1000 - avg_flow_age - (absolute_timestamp - relative_timestamp) * 1000) as least, max(relative_timestamp * 1000 - avg_flow_age - (absolute_timestamp - relative_timestamp) * 1000) as most from feat_windows',
      );
      assert.ok(Number(ages?.['least']) > 0 && Number(ages?.['most']) < 10_000, JSON.stringify(ages));
    });
  });
});

async function loadRows(warehouse: Warehouse): Promise<void> {
  await warehouse.run(
    'create table feat_windows as select *, (row_number() over (order by row_index) - 1)::integer as window_index from read_csv($path)',
    { path: path! },
  );
}

async function violations(warehouse: Warehouse) {
  const check = readSqlFolder('checks').find(({ name }) => name === 'assert_feature_identities');
  return await warehouse.rows(check!.sql);
}
