import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ingestFile } from './ingest-file.js';

/** Ingests a capture into a new warehouse: CAPTURE FOLDER [features]; with the last word it also builds all features. */
const [path = '', folder = '', features] = process.argv.slice(2);
const warehousePath = join(folder, 'warehouse.duckdb');
const { packets } = await ingestFile(path, warehousePath, folder);
if (features !== undefined) {
  const { buildBenchRun, registerBenchRun } = await import('./features-run.js');
  await registerBenchRun(warehousePath);
  await buildBenchRun(warehousePath);
}
console.log(JSON.stringify({ packets, warehouseBytes: (await stat(warehousePath)).size }));
