import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { runConfigSchema } from '../../../schemas/run-config.js';
import { fillFromLines } from '../../../warehouse/core/fill.js';
import { readCsv, readJson, readParquet } from '../../../warehouse/core/read-file.js';
import { convertDataset } from '../../../warehouse/datasets/convert-dataset.js';
import { loadDatasetFile } from '../../../warehouse/datasets/dataset-file.js';
import { exportTable } from '../../../warehouse/export/export-table.js';
import { withTestRun } from '../../sql/test-run.js';

/** Names that DuckDB's readers take for patterns, columns or compressions. */
const NAMES = ['d[1]', 'd[!1]', 'd*', 'd?', '**', "it's", '{a,b}', 'a=1/d', 'x=[1]/d', 'd.gz', '%41', 'd1'];

describe('a file whose name is a pattern', () => {
  it('is read by itself, as every format, and written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-names[1]*-'));
    const file = (name: string, ending: string): string => join(folder, `${name}${ending}`);
    try {
      for (const [at, name] of NAMES.entries()) {
        mkdirSync(dirname(file(name, '')), { recursive: true });
        writeFileSync(file(name, '.csv'), `session_id,resolution,place\ns,480,${at}\n`);
        writeFileSync(file(name, '.jsonl'), `${JSON.stringify({ session_label: String(at) })}\n`);
      }
      await withTestRun(async (warehouse) => {
        for (const [at, name] of NAMES.entries()) {
          const parquet = file(name, '.parquet');
          await convertDataset(file(name, '.csv'), 'csv', parquet);
          const expected = [{ session_id: 's', resolution: '480', place: String(at) }];
          assert.deepEqual(await warehouse.rows(`from ${readParquet(parquet)}`), expected, name);
          assert.deepEqual(await warehouse.rows(`from ${readParquet([parquet])}`), expected, name);
          assert.deepEqual(
            await warehouse.rows(`from ${readCsv(file(name, '.csv'), { header: true })}`),
            expected,
            name,
          );
          const lines = file(name, '.jsonl');
          const labels = [{ session_label: String(at) }];
          const types = { session_label: 'varchar' };
          assert.deepEqual(
            await warehouse.rows(`from ${readJson(lines, { format: 'newline_delimited' }, types)}`),
            labels,
            name,
          );
          await fillFromLines(warehouse, 'player_logs', lines);
          assert.deepEqual(await warehouse.rows('select session_label from player_logs'), labels, name);
          const { source } = runConfigSchema.parse({ source: { kind: 'dataset', path: parquet } });
          if (source.kind !== 'dataset') throw new TypeError('the source is a dataset');
          await loadDatasetFile(warehouse, parquet, source, 'session');
          assert.deepEqual(
            await warehouse.rows('select * exclude (file_row) from dataset_file'),
            expected,
            name,
          );
          for (const format of ['parquet', 'csv', 'arrow'] as const) {
            const out = file(name, `.out.${format}`);
            await exportTable(warehouse, 'select place from dataset_file', out, format);
            if (format === 'parquet')
              assert.deepEqual(
                await warehouse.rows(`from ${readParquet(out)}`),
                [{ place: String(at) }],
                name,
              );
          }
        }
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
