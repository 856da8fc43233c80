import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ingestFile } from './ingest-file.js';

/** Ingests a capture into a new warehouse: CAPTURE FOLDER [INPUT]; with the input of a run it also builds all features. */
const [path = '', folder = '', input] = process.argv.slice(2);
const warehousePath = join(folder, 'warehouse.duckdb');
const { packets } = await ingestFile(path, warehousePath, folder);
if (input !== undefined) {
  const { buildBenchRun } = await import('./features-run.js');
  await buildBenchRun(warehousePath, input);
}
console.log(JSON.stringify({ packets, warehouseBytes: (await stat(warehousePath)).size }));
