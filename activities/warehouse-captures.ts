import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { DecodingSettings } from '../schemas/capture.js';
import { withWarehouse } from '../warehouse/connection.js';
import { findCapture, loadCapture, type CaptureFile } from '../warehouse/load-capture.js';
import { decoderKey, readSummary, type DecodedCaptureRef } from './captures.js';
import { homePaths, type ActivityDependencies } from './dependencies.js';

/** Activities on the warehouse's own task queue, one at a time. */
export function createWarehouseCaptureActivities(dependencies: ActivityDependencies) {
  const paths = homePaths(dependencies.home);
  return {
    /** The capture that a file of this content holds, or null where it was not read yet. */
    async findCapture({
      sha256,
      decoding,
    }: {
      sha256: string;
      decoding: DecodingSettings;
    }): Promise<string | null> {
      return await withWarehouse(paths.warehouse, (warehouse) =>
        findCapture(warehouse, sha256, decoderKey(decoding, dependencies)),
      );
    },

    /** Loads a decoded capture in one transaction and removes the column files. A second time it changes nothing. */
    async loadCapture({ decoded, file }: { decoded: DecodedCaptureRef; file: CaptureFile }): Promise<void> {
      const context = Context.current();
      await withWarehouse(paths.warehouse, async (warehouse) => {
        if ((await findCapture(warehouse, file.sha256, decoded.decoder)) !== null) return;
        await loadCapture(
          warehouse,
          {
            captureId: decoded.captureId,
            decoder: decoded.decoder,
            packetsPath: join(decoded.folder, 'packets.arrows'),
            segmentsPath: join(decoded.folder, 'segments.arrows'),
            summary: await readSummary(decoded.folder),
          },
          file,
          async (packetsLoaded) => {
            context.heartbeat({ packetsLoaded });
            await setImmediate();
          },
        );
      });
      await rm(decoded.folder, { recursive: true, force: true });
    },
  };
}
