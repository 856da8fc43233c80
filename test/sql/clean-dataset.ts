import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assignSessions } from '../../learning/search/assign-sessions.js';
import { runConfigSchema } from '../../schemas/run-config.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import { convertDataset } from '../../warehouse/datasets/convert-dataset.js';
import { loadDatasetFile } from '../../warehouse/datasets/dataset-file.js';
import { buildTrainingTables } from '../../warehouse/features/build-training-tables.js';
import { withTestRun } from './test-run.js';

/** Twelve sessions of two windows: one column for each rule of the cleaning. */
export function datasetCsv(): string {
  const header =
    'session_id,resolution,relative_timestamp,good,also good,copy,same,gap,bitrate,video_id,words';
  const rows = Array.from({ length: 12 }, (_, session) =>
    [10, 20].map((second) => {
      const height = session === 11 ? 999 : session % 2 === 0 ? 240 : 1080;
      const resolution = session === 0 && second === 20 ? '' : String(height);
      const good = session * 100 + second;
      const gap = session === 3 ? '' : '5';
      return [
        `s${session}`,
        resolution,
        second,
        good,
        good / 7,
        `${good}.0`,
        1,
        gap,
        height * 2,
        `v${session}`,
        `w${good}`,
      ].join(',');
    }),
  );
  return [header, ...rows.flat(), ''].join('\n');
}

/** Builds the training tables of such a file in its own warehouse, and does `work` there. */
export async function built<T>(
  work: (warehouse: Warehouse) => Promise<T>,
  csv = datasetCsv(),
  options: { source?: object; split?: object; cleaning?: object; seed?: number } = {},
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-csv-'));
  const path = join(folder, 'dataset.csv');
  writeFileSync(path, csv);
  const config = runConfigSchema.parse({
    ...options,
    source: { kind: 'dataset', path, timeColumn: 'relative_timestamp', ...options.source },
    search: { folds: 3 },
  });
  if (config.source.kind !== 'dataset') throw new TypeError('the source is a dataset');
  const { source } = config;
  try {
    return await withTestRun(async (warehouse) => {
      const parquet = join(folder, 'dataset.parquet');
      await convertDataset(path, 'csv', parquet);
      await loadDatasetFile(warehouse, parquet, source, config.split.by);
      await buildTrainingTables(
        warehouse,
        'test',
        config,
        [240, 360, 480, 720, 1080],
        (rows, values) => assignSessions(rows, values, { ...config, ...config.split, folds: 3 }),
        () => undefined,
      );
      return await work(warehouse);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
