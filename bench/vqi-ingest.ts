import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readOwnJson } from '../activities/artifacts.js';
import { captureIdOf, decoderName } from '../activities/capture-id.js';
import type { CaptureSummary } from '../schemas/capture.js';
import { withWarehouse } from '../warehouse/connection.js';
import { decodedFiles } from '../warehouse/decoded-files.js';
import { loadCapture } from '../warehouse/load-capture.js';
import { ComputePool } from '../worker/compute-pool.js';

/**
 * What the workflow `ingestCapture` does with a capture, without Temporal: the decoding in a compute thread,
 * the loading in one transaction, the closed DuckDB file.
 */
const THRESHOLDS = { tcpBytes: 0, udpBytes: 150 };
const [path = '', folder = ''] = process.argv.slice(2);
const warehousePath = join(folder, 'warehouse.duckdb');
const decoder = decoderName(THRESHOLDS);
const compute = new ComputePool(1);

const bytes = (await stat(path)).size;
const decodedFolder = join(folder, 'decoded');
const { contentSha256, packets } = await compute.run(
  'decodeCapture',
  {
    capturePath: path,
    fileBytes: bytes,
    thresholds: THRESHOLDS,
    anonymiseKey: undefined,
    folder: decodedFolder,
  },
  { onProgress: () => undefined, signal: new AbortController().signal },
);
const files = decodedFiles(decodedFolder);
const summary = await readOwnJson<CaptureSummary>(files.summary);
await withWarehouse(warehousePath, (warehouse) =>
  loadCapture(
    warehouse,
    { captureId: captureIdOf(contentSha256, decoder), decoder, files, summary },
    { path, bytes, modifiedUs: 0 },
    () => Promise.resolve(),
  ),
);
await compute.close();
console.log(JSON.stringify({ packets, warehouseBytes: (await stat(warehousePath)).size }));
