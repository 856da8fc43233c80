import { rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { DecodingSettings } from '../../schemas/capture.js';
import { decodedFiles } from '../../warehouse/captures/decoded-files.js';
import { findUnchanged, storeCapture, type CaptureFile } from '../../warehouse/captures/load-capture.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { decoderKey, type DecodedCaptureRef } from '../computing/captures.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';

/** Activities on captures; task queue of the warehouse. */
export function createWarehouseCaptureActivities(dependencies: ActivityDependencies) {
  const paths = homePaths(dependencies.home);
  return {
    /** Capture ids of files that were read before and whose size and modification time are unchanged; null for others. */
    async findUnchangedCaptures({
      files,
      decoding,
    }: {
      files: readonly CaptureFile[];
      decoding: DecodingSettings;
    }): Promise<(string | null)[]> {
      const decoder = decoderKey(decoding, dependencies);
      const known = await withWarehouse(
        paths.warehouse,
        (warehouse) => findUnchanged(warehouse, files, decoder),
        Context.current().cancellationSignal,
      );
      return files.map(({ path }) => known.get(path) ?? null);
    },

    /**
     * Loads a decoded capture in one transaction and removes its files. A second call changes nothing.
     * @returns true if the capture is new
     */
    async loadCapture({ decoded }: { decoded: DecodedCaptureRef }): Promise<boolean> {
      const context = Context.current();
      const isNew = await withWarehouse(
        paths.warehouse,
        async (warehouse) => {
          return await storeCapture(
            warehouse,
            {
              captureId: decoded.captureId,
              decoder: decoded.decoder,
              files: decodedFiles(decoded.folder),
            },
            decoded.file,
            async (packetsLoaded) => {
              context.heartbeat({ packetsLoaded });
              await setImmediate();
            },
          );
        },
        context.cancellationSignal,
      );
      await rm(decoded.folder, { recursive: true, force: true });
      return isNew;
    },
  };
}
