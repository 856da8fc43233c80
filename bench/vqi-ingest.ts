import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ingestFile } from './ingest-file.js';

/** Ingests a capture into a new warehouse: CAPTURE FOLDER. */
const [path = '', folder = ''] = process.argv.slice(2);
const warehousePath = join(folder, 'warehouse.duckdb');
const { packets } = await ingestFile(path, warehousePath, folder);
console.log(JSON.stringify({ packets, warehouseBytes: (await stat(warehousePath)).size }));
