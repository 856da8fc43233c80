import type { Warehouse } from '../core/warehouse.js';

/** A row of `datasets`, with the columns that callers use. */
export interface StoredDataset {
  /** Hash over content and settings. */
  readonly datasetId: string;
  /** The run whose schema has the tables. */
  readonly runId: string;
  readonly rawRows: number;
  readonly cleanRows: number;
  readonly sessions: number;
  readonly features: number;
}

/** The dataset with this id; null if it is not stored. */
export async function findDataset(warehouse: Warehouse, datasetId: string): Promise<StoredDataset | null> {
  const [row] = await warehouse.rows('select * from main.datasets where dataset_id = $dataset_id', {
    dataset_id: datasetId,
  });
  if (row === undefined) return null;
  return {
    datasetId,
    runId: String(row['run_id']),
    rawRows: Number(row['raw_rows']),
    cleanRows: Number(row['clean_rows']),
    sessions: Number(row['sessions']),
    features: Number(row['features']),
  };
}

export interface DatasetRecord {
  readonly datasetId: string;
  readonly runId: string;
  readonly sourcePath: string;
  readonly format: string;
  readonly compression: string | null;
  readonly contentSha256: string;
  readonly settings: unknown;
}

/** Records that the current run's tables contain a dataset. An earlier record of the run is replaced. */
export async function recordDataset(warehouse: Warehouse, record: DatasetRecord): Promise<void> {
  await warehouse.run('delete from main.datasets where run_id = $run_id', { run_id: record.runId });
  await warehouse.run(
    `insert into main.datasets
      select
        $dataset_id, $run_id, $source_path, $format, $compression, $content_sha256, $settings::json,
        (select count(*) from dataset_raw),
        (select count(*) from dataset_clean),
        (select count(*) from splits),
        (select count(*) from cleaned_columns where dropped_by is null)`,
    {
      dataset_id: record.datasetId,
      run_id: record.runId,
      source_path: record.sourcePath,
      format: record.format,
      compression: record.compression,
      content_sha256: record.contentSha256,
      settings: JSON.stringify(record.settings),
    },
  );
}
