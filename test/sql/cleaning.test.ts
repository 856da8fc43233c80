import assert from 'node:assert/strict';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runConfigSchema } from '../../schemas/run-config.js';
import { buildTrainingTables } from '../../warehouse/build-run.js';
import { DatasetError } from '../../schemas/dataset-error.js';
import { convertDataset } from '../../warehouse/convert-dataset.js';
import { loadDatasetFile } from '../../warehouse/dataset-file.js';
import type { SqlRow, Warehouse } from '../../warehouse/connection.js';
import { withTestRun } from './test-run.js';

/** Twelve sessions of two windows: one column for each rule of the cleaning. */
function datasetCsv(): string {
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

async function built<T>(
  work: (warehouse: Warehouse) => Promise<T>,
  csv = datasetCsv(),
  labelColumn = 'resolution',
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-csv-'));
  const path = join(folder, 'dataset.csv');
  writeFileSync(path, csv);
  const config = runConfigSchema.parse({
    source: { kind: 'dataset', path, labelColumn },
    search: { folds: 3 },
  });
  try {
    return await withTestRun(async (warehouse) => {
      const parquet = join(folder, 'dataset.parquet');
      await convertDataset(path, 'csv', parquet);
      await loadDatasetFile(warehouse, parquet, path, {
        sessionColumn: 'session_id',
        labelColumn,
        timeColumn: 'relative_timestamp',
      });
      await buildTrainingTables(warehouse, 'test', config, [240, 360, 480, 720, 1080], () => undefined);
      return await work(warehouse);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('cleaning in SQL', () => {
  it('drops exactly the columns that a rule names, and says which rule', async () => {
    const rows = await built((warehouse) =>
      warehouse.rows("select name, rule from cleaning_log where scope = 'column' order by name"),
    );
    assert.deepEqual(rows, [
      { name: 'bitrate', rule: 'label side' },
      { name: 'copy', rule: 'duplicate' },
      { name: 'gap', rule: 'nulls' },
      { name: 'relative_timestamp', rule: 'identifying' },
      { name: 'same', rule: 'constant' },
      { name: 'video_id', rule: 'identifying' },
      { name: 'words', rule: 'not numeric' },
    ] satisfies SqlRow[]);
  });

  it('drops rows without a label or off the ladder, and counts them by session', async () => {
    const rows = await built((warehouse) =>
      warehouse.rows("select name, rule, affected_rows from cleaning_log where scope = 'row' order by name"),
    );
    assert.deepEqual(rows, [
      { name: 's0', rule: 'no label', affected_rows: 1 },
      { name: 's11', rule: 'off the ladder', affected_rows: 2 },
    ]);
  });

  it('keeps the rest, rows in the order of time', async () => {
    const rows = await built((warehouse) =>
      warehouse.rows("select * from dataset_clean where session_id = 's2' order by window_index"),
    );
    const key = { session_id: 's2', session_group: 's2', window_start_us: null, resolution_px: 240 };
    assert.deepEqual(rows, [
      { ...key, window_index: 0, good: '210', 'also good': 30 },
      { ...key, window_index: 1, good: '220', 'also good': 220 / 7 },
    ]);
  });

  it('holds whole sessions out of both rungs, and puts the others into the folds', async () => {
    const rows = await built((warehouse) =>
      warehouse.rows(
        'select resolution_px, fold, count(*)::integer as groups from splits group by all order by all',
      ),
    );
    const heldOut = rows.filter((row) => row['fold'] === -1);
    assert.deepEqual(
      heldOut.map((row) => row['resolution_px']),
      [240, 1080],
    );
    assert.deepEqual([...new Set(rows.map((row) => row['fold']))].sort(), [-1, 0, 1, 2]);
    assert.equal(
      rows.reduce((sum, row) => sum + Number(row['groups']), 0),
      11,
    );
  });

  it('splits alike from the same seed, whatever the order of the file', async () => {
    const [header, ...lines] = datasetCsv().trim().split('\n');
    const reversed = [header, ...lines.reverse(), ''].join('\n');
    const splits = (csv: string) =>
      built((warehouse) => warehouse.rows('select * from splits order by session_group'), csv);
    assert.deepEqual(await splits(reversed), await splits(datasetCsv()));
  });

  it('names a column that the file does not have', async () => {
    await assert.rejects(
      built(() => Promise.resolve(), datasetCsv(), 'height'),
      (error: Error) =>
        error instanceof DatasetError &&
        /has no column height \(named as the label column\)/.test(error.message),
    );
  });
});
