import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { DatasetError } from '../../common/dataset-error.js';
import { readWarehouse } from '../core/open-warehouse.js';
import { WarehouseBusyError } from '../core/query-error.js';
import type { Warehouse } from '../core/warehouse.js';

const RETRY_MS = 250;
/** A worker holds the file for one step at a time. */
const LONGEST_WAIT_MS = 120_000;

/**
 * Reads a warehouse without changing it; waits while a worker is writing it.
 * @throws DatasetError with the next step if there is no warehouse, WarehouseBusyError if it is still being written after two
 *   minutes
 */
export async function readWhenFree<T>(path: string, work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  if (!existsSync(path))
    throw new DatasetError(
      `${path}: no such file; set VQI_HOME to the folder of the warehouse, or make one with vqi start`,
    );
  const startMs = performance.now();
  for (;;) {
    try {
      const found = await readWarehouse(path, async (warehouse) => ({ result: await work(warehouse) }));
      if (found !== null) return found.result;
      throw new DatasetError(`${path} has no tables yet: make some with vqi start`);
    } catch (error) {
      if (!(error instanceof WarehouseBusyError) || performance.now() - startMs > LONGEST_WAIT_MS)
        throw error;
    }
    await delay(RETRY_MS);
  }
}
