import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { registerRun } from '../../../warehouse/runs/register-run.js';
import { withTestRun } from '../../sql/test-run.js';

describe('a run with the id of an earlier one', () => {
  it('has none of its tables and views', async () => {
    await withTestRun(async (warehouse) => {
      await warehouse.run('create table sessions as select 1 as session_id');
      await warehouse.run('create view splits as select 1 as fold');
      await registerRun(warehouse, { runId: 'test', config: {}, simulated: false }, []);
      const left = await warehouse.rows(
        "select table_name from information_schema.tables where table_schema = 'run test'",
      );
      assert.deepEqual(left, []);
      await warehouse.run('create or replace view sessions as select 1 as session_id');
      await warehouse.run('create or replace table splits as select 1 as fold');
    });
  });
});
