import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';

describe('a warehouse whose activity is cancelled', () => {
  it('interrupts the statement that runs, rolls back, and fails the next', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-interrupt-'));
    const path = join(folder, 'warehouse.duckdb');
    try {
      const cancelled = new AbortController();
      const started = process.hrtime.bigint();
      const timer = setTimeout(() => cancelled.abort(), 300);
      await assert.rejects(
        withWarehouse(
          path,
          async (warehouse) => {
            await warehouse.transaction(async () => {
              await warehouse.run('create table made as select 1');
              // Hours of work.
              await warehouse.run(
                'select count(*) from range(100000000) as a, range(100000000) as b where a.range % 7 = b.range % 11',
              );
            });
          },
          cancelled.signal,
        ),
        /Interrupt/i,
      );
      clearTimeout(timer);
      assert.ok(Number(process.hrtime.bigint() - started) < 20e9);
      await withWarehouse(path, async (warehouse) => {
        assert.deepEqual(await warehouse.rows("from duckdb_tables() where table_name = 'made'"), []);
      });
      await assert.rejects(
        withWarehouse(path, (warehouse) => warehouse.rows('select 1'), cancelled.signal),
        { name: 'AbortError' },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
