import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { type Warehouse } from '../../warehouse/core/warehouse.js';

/** A warehouse for one test, a real DuckDB file, with the run `test` in use; removed afterwards. */
export async function withTestRun<T>(work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-sql-'));
  try {
    return await withWarehouse(join(folder, 'warehouse.duckdb'), async (warehouse) => {
      await warehouse.useRun('test');
      return await work(warehouse);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes a capture known that has nothing but the rows that a test inserts. */
export async function addCapture(warehouse: Warehouse, captureId: number): Promise<void> {
  await warehouse.run(
    `insert into main.captures by name
      select ${captureId} as capture_id, 'hash' as content_hash, 'decoder' as decoder, 'pcap' as format,
        'none' as compression, [1] as link_types, 0 as packet_count, 0 as wire_bytes, 0 as captured_bytes`,
  );
}
