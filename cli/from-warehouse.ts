import { join } from 'node:path';
import { readWhenFree } from '../warehouse/reading/read-when-free.js';
import { sayWhile } from './say.js';
import { readSettings } from './settings.js';

/** Reads the warehouse of VQI_HOME, without changing it; waits while a worker is writing it. */
export async function fromWarehouse<T>(work: Parameters<typeof readWhenFree<T>>[1]): Promise<T> {
  const path = join(readSettings().home, 'warehouse.duckdb');
  return await sayWhile(`reading ${path}`, readWhenFree(path, work));
}
