import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint, readOwnJson } from '../activities/artifacts.js';
import { captureIdOf, decoderName } from '../activities/capture-id.js';
import type { CaptureSummary } from '../schemas/capture.js';
import { withWarehouse } from '../warehouse/connection.js';
import { decodedFiles } from '../warehouse/decoded-files.js';
import { findCapture, loadCapture } from '../warehouse/load-capture.js';
import { ComputePool } from '../worker/compute-pool.js';

/**
 * What the workflow `ingestCapture` does with a capture, without Temporal: its hash, the look-up, the decoding in a
 * compute thread, the loading in one transaction, the closed DuckDB file.
 */
const THRESHOLDS = { tcpBytes: 0, udpBytes: 150 };
const [path = '', folder = ''] = process.argv.slice(2);
const warehousePath = join(folder, 'warehouse.duckdb');
const decoder = decoderName(THRESHOLDS);
const compute = new ComputePool(1);

const { sha256, bytes } = await fingerprint(path);
await withWarehouse(warehousePath, (warehouse) => findCapture(warehouse, sha256, decoder));
const decodedFolder = join(folder, 'decoded');
const { contentSha256, packets } = await compute.run(
  'decodeCapture',
  {
    capturePath: path,
    source: { sha256, bytes },
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
    { path, bytes, modifiedUs: 0, sha256 },
    () => Promise.resolve(),
  ),
);
await compute.close();
console.log(JSON.stringify({ packets, warehouseBytes: (await stat(warehousePath)).size }));
