import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { retryOf } from '../../common/vqi-error.js';
import type { DecodingSettings } from '../../schemas/capture.js';
import { decodedFiles } from '../../warehouse/captures/decoded-files.js';
import { findUnchanged, storeCapture, type CaptureFile } from '../../warehouse/captures/load-capture.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { decoderKey, type DecodedCaptureRef } from '../computing/captures.js';
import { PathNotAllowedError } from '../confined-files.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { heartbeatWhile } from '../heartbeat-while.js';

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
      const known = await heartbeatWhile((_, signal) =>
        withWarehouse(paths.warehouse, (warehouse) => findUnchanged(warehouse, files, decoder), signal),
      );
      return files.map(({ path }) => known.get(path) ?? null);
    },

    /**
     * Loads a decoded capture in one transaction and removes its files. A second call changes nothing.
     * @returns true if the capture is new
     */
    async loadCapture({ decoded }: { decoded: DecodedCaptureRef }): Promise<boolean> {
      const folder = requireDecodedFolder(paths.decoded, decoded.folder);
      const isNew = await heartbeatWhile((report, signal) =>
        withWarehouse(
          paths.warehouse,
          (warehouse) =>
            storeCapture(
              warehouse,
              {
                captureId: decoded.captureId,
                decoder: decoded.decoder,
                files: decodedFiles(folder),
              },
              decoded.file,
              async (packetsLoaded) => {
                report({ packetsLoaded });
                await setImmediate();
              },
            ),
          signal,
        ),
      ).catch(async (error: unknown) => {
        if (retryOf(error) === 'never') await rm(folder, { recursive: true, force: true });
        throw error;
      });
      await rm(folder, { recursive: true, force: true });
      return isNew;
    },
  };
}

/** The folder of a decoded capture is read and then removed: no other folder may be given. @throws PathNotAllowedError */
function requireDecodedFolder(decoded: string, folder: string): string {
  const name = basename(folder);
  if (!/^[0-9a-f]{15}$/.test(name))
    throw new PathNotAllowedError(`${folder} is not a folder of a decoded capture in ${decoded}`);
  return join(decoded, name);
}
