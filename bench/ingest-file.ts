import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { captureIdOf, decoderName } from '../activities/computing/capture-id.js';
import { decodedFiles } from '../warehouse/captures/decoded-files.js';
import { storeCapture } from '../warehouse/captures/load-capture.js';
import { withWarehouse } from '../warehouse/core/open-warehouse.js';
import { ComputePool } from '../worker/threads/compute-pool.js';

const THRESHOLDS = { tcpBytes: 0, udpBytes: 150 };

/**
 * Ingests a capture like the workflow `ingestCapture`, without Temporal: decodes it in a compute thread, loads it in one
 * transaction, and closes the DuckDB file.
 *
 * @param folder folder in which the subfolder `decoded` is created; the subfolder must not exist
 */
export async function ingestFile(
  path: string,
  warehousePath: string,
  folder: string,
): Promise<{ captureId: string; packets: number }> {
  const decoder = decoderName(THRESHOLDS);
  const compute = new ComputePool(1);
  const { size: bytes } = await stat(path);
  const decodedFolder = join(folder, 'decoded');
  try {
    const { contentHash, packets } = await compute.run(
      'decodeCapture',
      {
        files: [{ path, bytes }],
        thresholds: THRESHOLDS,
        anonymiseKey: undefined,
        folder: decodedFolder,
      },
      { onProgress: () => undefined, signal: new AbortController().signal },
    );
    const files = decodedFiles(decodedFolder);
    const captureId = captureIdOf(contentHash, decoder);
    await withWarehouse(warehousePath, (warehouse) =>
      storeCapture(warehouse, { captureId, decoder, files }, { path, bytes, modifiedUs: 0 }, () =>
        Promise.resolve(),
      ),
    );
    return { captureId, packets };
  } finally {
    await compute.close();
  }
}
