import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DuckDBInstance } from './duckdb.js';
import { checkTables, makeTables } from './warehouse-format.js';
import { Warehouse } from './warehouse.js';

/**
 * A new file is readable from this version of DuckDB on (February 2025). In the layout of the default, 0.10, every column's
 * statistics are turned into an older form when the file is closed: a third of the time of closing it.
 */
const STORAGE_VERSION = 'v1.2.0';

/**
 * Bytes of a block of a new file, a quarter of the default. For every column with nulls a commit fills a block, and
 * `feat_windows` has two hundred; small tables leave most of theirs empty.
 */
const BLOCK_BYTES = 1 << 16;

/** Opens the file, makes its shared tables or checks that they are this version's, runs `work`, and closes the file again. */
export async function withWarehouse<T>(path: string, work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const isNew = !existsSync(path);
  const instance = await DuckDBInstance.fromCache(path, {
    storage_compatibility_version: STORAGE_VERSION,
    default_block_size: String(BLOCK_BYTES),
  });
  const warehouse = new Warehouse(await instance.connect(), instance);
  try {
    await (isNew ? makeTables(warehouse) : checkTables(warehouse, path));
    return await work(warehouse);
  } finally {
    warehouse.close();
  }
}
