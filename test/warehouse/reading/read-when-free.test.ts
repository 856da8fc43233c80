import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { projectRoot } from '../../../common/project-root.js';
import { retryOf } from '../../../common/vqi-error.js';
import { readWarehouse, withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import { exportRun } from '../../../warehouse/export/export-run.js';
import { readWhenFree } from '../../../warehouse/reading/read-when-free.js';

/** Another process that has the file open until it is killed. */
async function holderOf(path: string): Promise<ChildProcess> {
  const program = `
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(${JSON.stringify(path)});
    const connection = await instance.connect();
    console.log('open');
    setInterval(() => connection.progress, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { cwd: projectRoot() });
  await once(child.stdout, 'data');
  return child;
}

describe('a warehouse that another process has open', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-busy-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is read and exported when that process has closed it, and only its own lock is waited for', async () => {
    const path = join(folder, 'warehouse.duckdb');
    const other = join(folder, 'other.duckdb');
    for (const each of [path, other])
      await withWarehouse(each, (warehouse) =>
        warehouse.run(
          "insert into main.runs (run_id, config, simulated, state) values ('x', '{}', false, 'completed')",
        ),
      );
    const holder = await holderOf(path);
    try {
      for (const open of [withWarehouse, readWarehouse])
        await assert.rejects(
          open(path, () => Promise.resolve(null)),
          (error) =>
            error instanceof Error && error.name === 'WarehouseBusyError' && retryOf(error) === 'later',
        );
      // The fault of the statement: waiting would not help.
      await assert.rejects(
        readWhenFree(other, (warehouse) => warehouse.run(`attach '${path}' as held`)),
        { name: 'QueryError', message: /lock/ },
      );
      let isHeld = true;
      const ids = readWhenFree(path, async (warehouse) => {
        assert.ok(!isHeld);
        return await warehouse.rows('select run_id from main.runs');
      });
      const exported = exportRun(path, 'x', ['runs'], 'csv', (table) => join(folder, `${table}.csv`));
      assert.equal(await Promise.race([ids, exported, delay(600, 'waiting')]), 'waiting');
      isHeld = false;
      holder.kill('SIGKILL');
      assert.deepEqual(await ids, [{ run_id: 'x' }]);
      assert.deepEqual(await exported, [{ table: 'runs', path: join(folder, 'runs.csv') }]);
    } finally {
      holder.kill('SIGKILL');
    }
  });
});
