import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { droppedText } from '../../../cli/dropped-text.js';
import { assignSessions } from '../../../learning/search/assign-sessions.js';
import { IDENTIFYING_COLUMNS, LABEL_SIDE_COLUMNS } from '../../../schemas/label-side-columns.js';
import { DATASET_LADDER_PX, runConfigSchema } from '../../../schemas/run-config.js';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import { type SqlRow } from '../../../warehouse/core/warehouse.js';
import { loadDatasetFile } from '../../../warehouse/datasets/dataset-file.js';
import { buildTrainingTables } from '../../../warehouse/features/build-training-tables.js';
import { droppedColumns } from '../../../warehouse/features/dropped-columns.js';
import { publishedColumns, PUBLISHED_ROWS, writePublishedDataset } from './published-dataset.js';

describe('a table of the published shape, 52,279 x 251', () => {
  let folder = '';
  const columns = publishedColumns();
  const rows = (sql: string): Promise<SqlRow[]> =>
    withWarehouse(join(folder, 'warehouse.duckdb'), async (warehouse) => {
      await warehouse.useRun('test');
      return await warehouse.rows(sql);
    });
  const named = (table: SqlRow[], name = 'column_name'): string[] =>
    table.map((row) => String(row[name])).sort();
  const withTrait = (...traits: string[]): string[] =>
    columns.filter(({ trait }) => traits.includes(trait)).map(({ name }) => name);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-published-'));
    const path = join(folder, 'netflix.parquet');
    await writePublishedDataset(path, 1);
    const config = runConfigSchema.parse({ source: { kind: 'dataset', path }, split: { by: 'home' } });
    const { source, split, search } = config;
    if (source.kind !== 'dataset') throw new TypeError('the source is a dataset');
    await withWarehouse(join(folder, 'warehouse.duckdb'), async (warehouse) => {
      await warehouse.useRun('test');
      await loadDatasetFile(warehouse, path, source, split.by);
      await buildTrainingTables(
        warehouse,
        'test',
        config,
        DATASET_LADDER_PX,
        (rows, values) => assignSessions(rows, values, { ...config, ...split, folds: search.folds }),
        () => undefined,
      );
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is recognised by its columns', async () => {
    assert.deepEqual(await rows('select role, column_name, origin from dataset_columns order by role'), [
      { role: 'date', column_name: 'absolute_timestamp', origin: 'adapter netflix-dataset' },
      { role: 'group', column_name: 'home_id', origin: 'adapter netflix-dataset' },
      { role: 'home', column_name: 'home_id', origin: 'adapter netflix-dataset' },
      { role: 'label', column_name: 'resolution', origin: 'adapter netflix-dataset' },
      { role: 'session', column_name: 'session_id', origin: 'adapter netflix-dataset' },
      { role: 'time', column_name: 'relative_timestamp', origin: 'adapter netflix-dataset' },
      { role: 'video', column_name: 'video_id', origin: 'adapter netflix-dataset' },
    ]);
  });

  it('keeps the published 49,748 rows, and logs every dropped one', async () => {
    assert.equal(PUBLISHED_ROWS, 52_279);
    assert.deepEqual(
      await rows(
        'select resolution_px, count(*)::integer as rows from dataset_clean group by all order by all',
      ),
      [
        { resolution_px: 240, rows: 1701 },
        { resolution_px: 360, rows: 4476 },
        { resolution_px: 480, rows: 29486 },
        { resolution_px: 720, rows: 9457 },
        { resolution_px: 1080, rows: 4628 },
      ],
    );
    assert.deepEqual(
      await rows(
        "select reason, count(distinct (name, window_index))::integer as rows from cleaning_log where scope = 'row' group by all order by all",
      ),
      [
        { reason: 'resolution 0 is not on the ladder', rows: 1531 },
        { reason: 'resolution 396 is not on the ladder', rows: 1000 },
      ],
    );
  });

  it("keeps the published 216 columns by the course's rules, and names the rule that each of the 35 others breaks", async () => {
    const broken = await rows(
      'select column_name, value_rule from cleaned_columns where value_rule is not null',
    );
    const of = (rule: string): string[] => named(broken.filter((row) => row['value_rule'] === rule));
    assert.deepEqual(of('nulls'), ['avg_flow_age']);
    assert.deepEqual(of('nested'), ['10_EWMA_chunksizes']);
    // The course's rules are about numbers and booleans: the text `service` is constant, and stays.
    assert.deepEqual(
      of('constant'),
      withTrait('constant')
        .filter((name) => name !== 'service')
        .sort(),
    );
    assert.deepEqual(of('duplicate'), withTrait('duplicate').sort());
    assert.equal(columns.length, 251);
    assert.equal(columns.length - broken.length, 216);
  });

  it('learns from no column that contains the label, identifies anything or is not a number', async () => {
    const inputs = named(await rows('select column_name from cleaned_columns where dropped_by is null'));
    const refused = new Set([...LABEL_SIDE_COLUMNS, ...IDENTIFYING_COLUMNS, 'session_id', 'resolution']);
    const expected = columns
      .filter(
        ({ name, type, trait }) =>
          !refused.has(name) && type !== 'object' && ['', 'rounding'].includes(trait),
      )
      .map(({ name }) => name)
      .sort();
    assert.deepEqual(inputs, expected);
    assert.deepEqual(
      named(
        await rows(
          "select column_name from duckdb_columns() where table_name = 'training_set' and schema_name = current_schema()",
        ),
      ),
      [
        ...inputs,
        'fold',
        'resolution_px',
        'session_group',
        'session_id',
        'window_index',
        'window_start_us',
      ].sort(),
    );
  });

  it('sums up the columns that it leaves out, by rule, and shows them in few lines', async () => {
    const dropped = await withWarehouse(join(folder, 'warehouse.duckdb'), async (warehouse) => {
      await warehouse.useRun('test');
      return await droppedColumns(warehouse);
    });
    const denied = new Set([...LABEL_SIDE_COLUMNS, ...IDENTIFYING_COLUMNS]);
    assert.deepEqual(Object.fromEntries(dropped.map(({ rule, columns: count }) => [rule, count])), {
      // Of the published groups: 16 of the label without the label itself, and the adverts.
      'label side': 16,
      // 12 about the session, without its id, the adverts and is_tcp.
      identifying: 9,
      // 24 end in R; four of them repeat only up to rounding.
      duplicate: 20,
      constant: withTrait('constant').filter((name) => !denied.has(name)).length,
      nested: 1,
      nulls: 1,
    });
    const lines = droppedText(dropped).split('\n');
    assert.match(lines[0] ?? '', /^57; /);
    assert.ok(lines.length <= 8 && lines.every((line) => line.length <= 110), lines.join('\n'));
    assert.ok(lines.includes('1 nulls: avg_flow_age (4161 of 49748 rows are null)'));
  });

  it('counts impossible values: the published flow ages are negative', async () => {
    assert.deepEqual(await rows('select column_name, rule, affected_rows from impossible_values'), [
      {
        column_name: 'avg_flow_age',
        rule: 'below 0',
        affected_rows: PUBLISHED_ROWS - Math.ceil(PUBLISHED_ROWS / 12),
      },
    ]);
  });

  it('separates no home', async () => {
    const [homes] = await rows(
      'select count(*)::integer as homes, max(sides)::integer as sides from (select split_group, count(distinct fold) as sides from splits group by all)',
    );
    assert.deepEqual(homes, { homes: 73, sides: 1 });
  });
});
