import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { assignSessions } from '../../../learning/search/assign-sessions.js';
import { ladderOf, runConfigSchema } from '../../../schemas/run-config.js';
import { loadDatasetFile } from '../../../warehouse/datasets/dataset-file.js';
import { datasetWarnings } from '../../../warehouse/datasets/dataset-warnings.js';
import { buildTrainingTables } from '../../../warehouse/features/build-training-tables.js';
import { readDatasetTask } from '../../../worker/tasks/read-dataset.js';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';
import { withTestRun } from '../../sql/test-run.js';

const reports = sharedData('reports', 'datasets');

/** Rows by resolution, inputs, and warnings of a file of the shared data, cleaned. */
async function cleaned(
  name: string,
  source: object = { timeColumn: 't' },
): Promise<{ classes: Record<string, number>; inputs: string[]; warnings: string[] }> {
  const path = join(reports!, name);
  const folder = mkdtempSync(join(tmpdir(), 'vqi-reported-'));
  try {
    const outputPath = join(folder, 'out.parquet');
    const { notes } = await readDatasetTask({ path, outputPath }, () => undefined);
    const config = runConfigSchema.parse({
      source: { kind: 'dataset', path, ...source },
      cleaning: { maxNullShare: 0.5 },
      search: { folds: 3 },
    });
    return await withTestRun(async (warehouse) => {
      if (config.source.kind !== 'dataset') throw new TypeError('the source is a dataset');
      await loadDatasetFile(warehouse, outputPath, config.source, 'session');
      await buildTrainingTables(
        warehouse,
        'test',
        config,
        ladderOf(config),
        (rows, values) =>
          assignSessions(rows, values, { ...config.split, holdoutShare: 0.25, folds: 3, seed: 1 }),
        () => undefined,
      );
      const counts = await warehouse.rows(
        'select resolution_px, count(*)::integer as rows from dataset_clean group by all order by all',
      );
      const inputs = await warehouse.rows(
        'select column_name from cleaned_columns where dropped_by is null order by column_index',
      );
      return {
        classes: Object.fromEntries(counts.map((row) => [String(row['resolution_px']), Number(row['rows'])])),
        inputs: inputs.map((row) => String(row['column_name'])),
        warnings: [...notes, ...(await datasetWarnings(warehouse))],
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ALL = { 240: 30, 480: 30, 720: 30 };
const INPUTS = ['down_bytes', 'pkts', 'iat', 'ratio'];

describe('datasets as people have them', { skip: reports === null ? NO_SHARED_DATA : false }, () => {
  for (const [name, source] of [
    ['label_WXH_upper.csv'],
    ['label_mixed_fps.csv'],
    ['label_puffer_format.csv', { labelColumn: 'format', timeColumn: 'time' }],
    ['label_times_sign.csv'],
    ['label_tuple.csv'],
    ['label_upperP.csv'],
    ['label_wxh_fps.csv'],
    ['label_wxh_spaces.csv'],
    ['label_yt_quality.csv'],
  ] as const)
    it(`reads the labels of ${name}`, async () => {
      assert.deepEqual((await cleaned(name, source)).classes, ALL);
    });

  for (const [name, quoted] of [
    ['label_hd.csv', /90 rows have a label.*"HD" \(30\), no number of lines/],
    ['label_bitrate.csv', /90 rows have a label.*"300000" \(30\), more than 8640 lines: a bit rate\?/],
    ['label_widths.csv', /90 rows have a label.*"854" \(30\), the numbers of this column are widths/],
  ] as const)
    it(`quotes the labels of ${name}, which name no number of lines`, async () => {
      await assert.rejects(cleaned(name), quoted);
    });

  for (const name of ['utf16.csv', 'base.pkl.tar', 'columns.json'])
    it(`reads ${name} as its plain twin`, async () => {
      const { classes, inputs } = await cleaned(name);
      assert.deepEqual(classes, ALL);
      assert.deepEqual(inputs, INPUTS);
    });

  it('reads zeek_conn.log', async () => {
    const { classes, inputs } = await cleaned('zeek_conn.log', { timeColumn: 'ts' });
    assert.deepEqual(classes, ALL);
    assert.deepEqual(inputs, ['duration', 'orig_bytes', 'resp_bytes']);
  });

  for (const [name, container] of [
    ['arr.npy', /the file is a NumPy array \(\.npy\).*save a DataFrame/],
    [
      'df_z.joblib',
      /this is a joblib file with arrays beside the pickle; nothing was run; save the data as Parquet/,
    ],
    ['excel.xlsx', /the file is an Excel workbook: save the sheet as CSV/],
  ] as const)
    it(`refuses ${name} by its name`, async () => {
      await assert.rejects(cleaned(name), container);
    });

  for (const [name, odd] of [
    ['period.pkl', 'pandas.arrays.PeriodArray'],
    ['interval.pkl', 'pandas.core.indexes.interval._new_IntervalIndex'],
    ['uuid.pkl', 'uuid.UUID'],
    ['counter.pkl', 'collections.Counter'],
    ['ipaddress.pkl', 'ipaddress.IPv4Address'],
  ] as const)
    it(`reads ${name} without its odd column, and says so`, async () => {
      const { classes, inputs, warnings } = await cleaned(name);
      assert.deepEqual(classes, ALL);
      assert.deepEqual(inputs, INPUTS);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /^column \w+ is left out: /);
      assert.ok(warnings[0]?.includes(odd), warnings[0]);
    });

  for (const [name, further, warning] of [
    ['decimal_comma.csv', [], /column iat: its texts are read as numbers with decimal comma/],
    ['dash_missing.csv', ['x'], /column x: 1 of 90 values \(1\.1 %\) such as "-" count as missing/],
    ['thousands.csv', ['x'], /column x: its texts are read as numbers with thousands separators/],
    ['percent.csv', ['share'], /column share: its texts are read as percentages/],
    ['na_text.csv', ['x'], /column x: 1 of 89 values \(1\.1 %\) such as "N\/A" count as missing/],
    ['header_repeated.csv', [], /1 row repeats the header and is left out/],
  ] as const)
    it(`reads the numbers of ${name}, and says how`, async () => {
      const { classes, inputs, warnings } = await cleaned(name);
      assert.deepEqual(classes, ALL);
      assert.deepEqual(inputs, [...INPUTS, ...further]);
      assert.match(warnings.join('\n'), warning);
    });
});
