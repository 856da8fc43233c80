import { createHash } from 'node:crypto';
import { runIdOf } from '../../common/build-id.js';
import { ladderOf, type RunConfig } from '../../schemas/run-config.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import type { DatasetSource } from '../../warehouse/datasets/dataset-columns.js';
import { loadDatasetFile } from '../../warehouse/datasets/dataset-file.js';
import { datasetWarnings } from '../../warehouse/datasets/dataset-warnings.js';
import { findDataset, recordDataset, type StoredDataset } from '../../warehouse/datasets/datasets.js';
import { buildTrainingTables, trainingSqlDigest } from '../../warehouse/features/build-training-tables.js';
import { impossibleWarnings } from '../../warehouse/features/impossible-values.js';
import { registerRun } from '../../warehouse/runs/register-run.js';
import type { ReadDatasetResult } from '../computing/datasets.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { heartbeatWhile } from '../heartbeat-while.js';
import { assignmentOf } from './training-set.js';

/** Increase it if the same dataset gives other tables for a reason outside `sql/`, such as another way to split. */
const TABLES_VERSION = 3;

/** A stored dataset. */
export interface StoreDatasetResult extends StoredDataset {
  /** False: run `runId` has stored the same content with the same settings before. */
  readonly isNew: boolean;
  readonly warnings: readonly string[];
}

/** Activities on labelled datasets; task queue of the warehouse. */
export function createWarehouseDatasetActivities({ home }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /**
     * Cleans and splits a dataset in one transaction. A second call changes nothing.
     * @throws DatasetError if a required column is missing, or too few rows are left for a split
     */
    async storeDataset(input: {
      runId: string;
      config: RunConfig;
      read: ReadDatasetResult;
    }): Promise<StoreDatasetResult> {
      const { runId, config, read } = input;
      const { source } = config;
      if (source.kind !== 'dataset') throw new TypeError(`run ${runId} has no dataset`);
      const settings = settingsOf(config, source);
      const datasetId = createHash('sha256')
        .update(JSON.stringify([TABLES_VERSION, read.dataset.sha256, settings, trainingSqlDigest()]))
        .digest('hex')
        .slice(0, 16);
      return await heartbeatWhile((report, signal) =>
        withWarehouse(
          paths.warehouse,
          async (warehouse) => {
            const stored = await findDataset(warehouse, datasetId);
            if (stored !== null) {
              await warehouse.useRun(stored.runId);
              return { ...finished(stored), isNew: false, warnings: await warningsOf(warehouse) };
            }
            await warehouse.transaction(async () => {
              await warehouse.useRun(runId);
              await registerRun(warehouse, { runId, config, simulated: false }, []);
              await loadDatasetFile(warehouse, read.dataset.path, source, config.split.by);
              await buildTrainingTables(
                warehouse,
                runId,
                config,
                ladderOf(config),
                assignmentOf(config),
                report,
              );
              await recordDataset(warehouse, {
                datasetId,
                runId,
                sourcePath: source.path,
                format: read.format,
                compression: read.compression,
                contentSha256: read.dataset.sha256,
                settings,
              });
            });
            const written = await findDataset(warehouse, datasetId);
            if (written === null) throw new Error(`dataset ${datasetId} was written, but cannot be found`);
            return { ...finished(written), isNew: true, warnings: await warningsOf(warehouse) };
          },
          signal,
        ),
      );
    },
  };
}

/** A build has the name of its run when it is finished. */
function finished(stored: StoredDataset): StoredDataset {
  return { ...stored, runId: runIdOf(stored.runId) };
}

/** What a user should know about the tables of the dataset of the current run. */
async function warningsOf(warehouse: Warehouse): Promise<string[]> {
  return [...(await datasetWarnings(warehouse)), ...(await impossibleWarnings(warehouse))];
}

/** Everything that the tables depend on, except the file's content. */
function settingsOf(config: RunConfig, source: DatasetSource): object {
  const { adapter, sessionColumn, labelColumn, timeColumn, groupColumns, excludeColumns, forCaptures } =
    source;
  const { cleaning, split, holdoutShare, search, seed } = config;
  return {
    columns: { adapter, sessionColumn, labelColumn, timeColumn, groupColumns, excludeColumns, forCaptures },
    ladder: ladderOf(config),
    cleaning,
    split,
    holdoutShare,
    folds: search.folds,
    seed,
  };
}
