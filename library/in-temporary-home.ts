import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfinedFiles } from '../activities/confined-files.js';
import { homePaths, type ActivityDependencies } from '../activities/dependencies.js';
import { ConfigError } from '../activities/failures.js';
import { createActivities, createWarehouseActivities } from '../activities/index.js';
import { SharedInputs } from '../activities/shared-inputs.js';
import { StoredFiles } from '../activities/stored-files.js';
import { withWarehouse } from '../warehouse/core/open-warehouse.js';
import type { Warehouse } from '../warehouse/core/warehouse.js';
import { ComputePool } from '../worker/threads/compute-pool.js';

/** Name of the only run in a temporary home. */
export const RUN = 'library';

/** The activities of workflows as plain functions, on a warehouse that only one call uses. */
export interface TemporaryHome {
  readonly activities: ReturnType<typeof createActivities> & ReturnType<typeof createWarehouseActivities>;
  readonly artifacts: string;
  readonly files: ConfinedFiles;
  /** Reads the tables of the run. */
  readonly inWarehouse: <T>(work: (warehouse: Warehouse) => Promise<T>) => Promise<T>;
}

/** What a call may use of the machine. */
export interface Resources {
  /** Compute threads; by default one per core. */
  readonly threads?: number | undefined;
  /** Folder for the temporary files; by default that of the system. They take about as much space as the packets' headers. */
  readonly temporaryFolder?: string | undefined;
}

/**
 * Runs `work` with a home folder of its own, which is removed afterwards. The functions are those that the workflows call, so
 * that a program and the command line cannot differ.
 * @param inputs paths that may be read
 * @throws ConfigError if the folder for temporary files cannot be used
 */
export async function inTemporaryHome<T>(
  inputs: readonly string[],
  { threads = availableParallelism(), temporaryFolder = tmpdir() }: Resources,
  anonymiseKey: Uint8Array | undefined,
  work: (home: TemporaryHome) => Promise<T>,
): Promise<T> {
  const home = await mkdtemp(join(temporaryFolder, 'vqi-')).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      `temporaryFolder: ${temporaryFolder} cannot be used (${reason}): name a folder that exists and that you may write to`,
      { cause },
    );
  });
  const compute = new ComputePool(threads);
  const files = new ConfinedFiles(home, inputs);
  try {
    const paths = homePaths(home);
    const dependencies: ActivityDependencies = {
      ...{ home, compute, files, anonymiseKey },
      ...{ stored: new StoredFiles(paths, null), inputs: new SharedInputs(paths, null, files) },
      // Nothing limits the size of a list.
      batchesAbove: Infinity,
      // Of runs and trials, which there are none of.
      ...{ warehouseId: RUN, codeVersion: RUN, runAttributes: [] },
    };
    const { artifacts, warehouse: file } = paths;
    return await work({
      ...{ artifacts, files },
      activities: { ...createActivities(dependencies), ...createWarehouseActivities(dependencies) },
      inWarehouse: (read) =>
        withWarehouse(file, async (warehouse) => {
          await warehouse.useRun(RUN);
          return await read(warehouse);
        }),
    });
  } finally {
    await compute.close();
    await files.buckets.close();
    await rm(home, { recursive: true, force: true });
  }
}
