import { createHash } from 'node:crypto';
import { ladderOf, type RunConfig } from '../../schemas/run-config.js';
import { registerRun } from '../../warehouse/runs/register-run.js';
import { buildTrainingTables, trainingSqlDigest } from '../../warehouse/features/build-training-tables.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import type { DatasetSource } from '../../warehouse/datasets/dataset-columns.js';
import { loadDatasetFile } from '../../warehouse/datasets/dataset-file.js';
import { findDataset, recordDataset, type StoredDataset } from '../../warehouse/datasets/datasets.js';
import { impossibleWarnings } from '../../warehouse/features/impossible-values.js';
import { publishRun } from '../../warehouse/runs/publish.js';
import { assignmentOf } from './runs.js';
import type { ReadDatasetResult } from '../computing/datasets.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { heartbeatWhile } from '../heartbeat-while.js';

/** Raised whenever the same dataset gives other tables for a reason that is not in `sql/`, such as another way to split. */
const TABLES_VERSION = 1;

/** A dataset in the warehouse. */
export interface StoreDatasetResult extends StoredDataset {
  /** False: the same content was stored before with the same settings, by the run that `runId` names. */
  readonly isNew: boolean;
  readonly warnings: readonly string[];
}

/** Activities on labelled datasets; on the warehouse's own task queue. */
export function createWarehouseDatasetActivities({ home }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /**
     * Cleans and splits a dataset that was read, all in one transaction, and points the views of `main` at it. A second
     * time it changes nothing.
     * @throws DatasetError where a column that is needed is missing, or too little is left to be split.
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
      return await heartbeatWhile((report) =>
        withWarehouse(paths.warehouse, async (warehouse) => {
          const stored = await findDataset(warehouse, datasetId);
          if (stored !== null) {
            await warehouse.useRun(stored.runId);
            return { ...stored, isNew: false, warnings: await impossibleWarnings(warehouse) };
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
            await publishRun(warehouse, runId);
          });
          const written = await findDataset(warehouse, datasetId);
          if (written === null) throw new Error(`dataset ${datasetId} was written and is not there`);
          return { ...written, isNew: true, warnings: await impossibleWarnings(warehouse) };
        }),
      );
    },
  };
}

/** All that the tables depend on, but for the file's content and its path. */
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
