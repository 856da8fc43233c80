import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DuckDBInstance } from './duckdb.js';
import { checkTables, makeTables } from './warehouse-format.js';
import { Warehouse } from './warehouse.js';

/**
 * The oldest version of DuckDB that can read a new file (February 2025). With the default, 0.10, the statistics of every
 * column are converted to an older form when the file is closed: a third of the time to close it.
 */
const STORAGE_VERSION = 'v1.2.0';

/**
 * Bytes of a block of a new file, a quarter of the default. A commit writes at least one block for every column with nulls,
 * and `feat_windows` has two hundred; in small tables most of each block is empty.
 */
const BLOCK_BYTES = 1 << 16;

/**
 * Opens the file, makes its shared tables or checks that they are of this version, runs `work`, and closes the file.
 * @param signal its abort interrupts the statement that runs, and fails those that follow
 */
export async function withWarehouse<T>(
  path: string,
  work: (warehouse: Warehouse) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const isNew = !existsSync(path);
  const instance = await DuckDBInstance.fromCache(path, {
    storage_compatibility_version: STORAGE_VERSION,
    default_block_size: String(BLOCK_BYTES),
  });
  const warehouse = new Warehouse(await instance.connect(), instance, signal);
  try {
    await (isNew ? makeTables(warehouse) : checkTables(warehouse, path));
    return await work(warehouse);
  } finally {
    warehouse.close();
  }
}
