import { statSync } from 'node:fs';
import { join } from 'node:path';
import { captureIdOf, decoderName } from '../activities/computing/capture-id.js';
import { decodedFiles } from '../warehouse/captures/decoded-files.js';
import { storeCapture } from '../warehouse/captures/load-capture.js';
import { withWarehouse } from '../warehouse/core/open-warehouse.js';
import { decodeCaptureTask } from '../worker/tasks/decode-capture.js';

const THRESHOLDS = { tcpBytes: 0, udpBytes: 150 };

/**
 * Decodes captures, not compressed, and loads them, without Temporal and threads.
 *
 * @param folder where the decoded files go; they stay
 * @returns the capture id of each path
 */
export async function loadCaptures(
  warehousePath: string,
  paths: readonly string[],
  folder: string,
): Promise<string[]> {
  const decoder = decoderName(THRESHOLDS);
  return await withWarehouse(warehousePath, async (warehouse) => {
    const ids: string[] = [];
    for (const [index, path] of paths.entries()) {
      const decoded = join(folder, `decoded-${index}`);
      const { size: bytes } = statSync(path);
      const { contentHash } = await decodeCaptureTask(
        {
          files: [{ path, bytes }],
          thresholds: THRESHOLDS,
          anonymiseKey: undefined,
          folder: decoded,
        },
        () => undefined,
      );
      const files = decodedFiles(decoded);
      const captureId = captureIdOf(contentHash, decoder);
      await storeCapture(warehouse, { captureId, decoder, files }, { path, bytes, modifiedUs: 0 }, () =>
        Promise.resolve(),
      );
      ids.push(captureId);
    }
    return ids;
  });
}
