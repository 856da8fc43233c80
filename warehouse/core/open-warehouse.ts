import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DuckDBInstance } from './duckdb.js';
import { damageOr, openFailure } from './query-error.js';
import { checkTables, isEmpty, makeTables } from './warehouse-format.js';
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
 * @throws WarehouseBusyError before `work` runs, WarehouseDamagedError, WarehouseFormatError
 */
export async function withWarehouse<T>(
  path: string,
  work: (warehouse: Warehouse) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const isNew = !existsSync(path);
  const open = async (): Promise<DuckDBInstance> =>
    await DuckDBInstance.fromCache(path, {
      storage_compatibility_version: STORAGE_VERSION,
      default_block_size: String(BLOCK_BYTES),
    });
  const opened = async (warehouse: Warehouse): Promise<T> => {
    await (isNew ? makeTables(warehouse) : checkTables(warehouse, path));
    return await work(warehouse);
  };
  return await inFile(path, open, opened, signal);
}

/**
 * Runs `work` on a file that it cannot change. Null if there is no file, or it has no tables.
 * @throws WarehouseBusyError before `work` runs, WarehouseDamagedError, WarehouseFormatError
 */
export async function readWarehouse<T>(
  path: string,
  work: (warehouse: Warehouse) => Promise<T>,
): Promise<T | null> {
  if (!existsSync(path)) return null;
  const open = async (): Promise<DuckDBInstance> =>
    await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  return await inFile(path, open, async (warehouse) => {
    if (await isEmpty(warehouse)) return null;
    await checkTables(warehouse, path);
    return await work(warehouse);
  });
}

async function inFile<T>(
  path: string,
  open: () => Promise<DuckDBInstance>,
  work: (warehouse: Warehouse) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const instance = await open().catch((error: unknown) => {
    throw openFailure(path, error);
  });
  try {
    const warehouse = new Warehouse(await instance.connect(), instance, signal);
    try {
      return await work(warehouse);
    } finally {
      warehouse.close();
    }
  } catch (error) {
    throw damageOr(path, error);
  }
}
