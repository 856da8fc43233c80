import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DatasetError } from '../../common/dataset-error.js';
import type { SqlRow } from '../../warehouse/core/warehouse.js';
import { datasetWarnings } from '../../warehouse/datasets/dataset-warnings.js';
import { findCopies } from '../../warehouse/features/find-copies.js';
import { findImpossibleValues } from '../../warehouse/features/impossible-values.js';
import { built, datasetCsv } from './clean-dataset.js';
import { withTestRun } from './test-run.js';

describe('cleaning in SQL', () => {
  it('drops exactly the columns that break a rule, and logs the rule', async () => {
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

  it('warns of columns that few missing values cost, with the way to keep them', async () => {
    // 40 sessions of two windows: two of 80 values are missing in one column, 8 in the other.
    const rows = Array.from({ length: 80 }, (_, row) => {
      const session = row >> 1;
      const values = [row * 7, row === 2 || row === 5 ? '' : row * 3, row % 10 === 0 ? '' : row * 11];
      return [`s${session}`, session % 2 === 0 ? 240 : 1080, 10 * (row % 2), ...values].join();
    });
    const csv = ['session_id,resolution,relative_timestamp,whole,few,many', ...rows, ''].join('\n');
    assert.deepEqual(await built(datasetWarnings, csv), [
      '1 column is left out, because up to 2.5 % of the rows have no value there: few (2 of 80). To keep it: --max-null-share 0.05 (in a configuration cleaning.maxNullShare)',
    ]);
    assert.deepEqual(await built(datasetWarnings, csv, { cleaning: { maxNullShare: 0.05 } }), []);
  });

  it('drops rows without a label or off the ladder, and logs rule and reason of each', async () => {
    const rows = await built((warehouse) =>
      warehouse.rows(
        "select name, window_index, rule, reason from cleaning_log where scope = 'row' order by name, window_index",
      ),
    );
    const offLadder = { name: 's11', rule: 'off the ladder', reason: 'resolution 999 is not on the ladder' };
    assert.deepEqual(rows, [
      { name: 's0', window_index: 1, rule: 'no label', reason: 'no resolution is known for the window' },
      { ...offLadder, window_index: 0 },
      { ...offLadder, window_index: 1 },
    ]);
  });

  it('keeps the other columns and rows, in the order of time', async () => {
    const rows = await built((warehouse) =>
      warehouse.rows("select * from dataset_clean where session_id = 's2' order by window_index"),
    );
    const key = { session_id: 's2', session_group: 's2', window_start_us: null, resolution_px: 240 };
    assert.deepEqual(rows, [
      { ...key, window_index: 0, good: '210', 'also good': 30 },
      { ...key, window_index: 1, good: '220', 'also good': 220 / 7 },
    ]);
  });

  it('leaves out columns with names that the pipeline uses, in upper or lower case', async () => {
    const own = ['Fold', 'Session_Group', 'window_index'];
    const csv = datasetCsv()
      .trim()
      .split('\n')
      .map((line, row) => [line, ...own.map((name) => (row === 0 ? name : row))].join(','))
      .join('\n');
    const names = await built(
      (warehouse) =>
        warehouse.rows(
          "select column_name from duckdb_columns() where table_name = 'training_set' and schema_name = current_schema() order by column_index",
        ),
      csv,
    );
    const columns = names.map((row) => row['column_name']);
    assert.equal(
      columns.filter((name) => /^(fold|session_group|window_index)/i.test(String(name))).length,
      3,
    );
    assert.deepEqual(
      columns.filter((name) => own.slice(0, 2).includes(String(name))),
      [],
    );
  });

  it('names a column that is missing in the file', async () => {
    await assert.rejects(
      built(() => Promise.resolve(), datasetCsv(), { source: { labelColumn: 'height' } }),
      (error: Error) =>
        error instanceof DatasetError &&
        /source\.labelColumn \(--label-column NAME\) names height, which is not a column; it has session_id, resolution/.test(
          error.message,
        ),
    );
  });

  it('does not take two columns for copies because of equal hashes; 1 equals 1.0, NaN equals null', async () => {
    await withTestRun(async (warehouse) => {
      await warehouse.run(`create table dataset_raw as
        select 's' as session_id, i::integer as window_index, i::bigint as whole, i::double as real,
          if(i = 1, 'nan'::double, i) as odd, if(i = 1, null, i)::integer as gap, i::bigint + 1 as other
        from range(3) as rows(i)`);
      await warehouse.run('create table cleaned_rows as select *, null as dropped_by from dataset_raw');
      await warehouse.run(`create table column_profile as
        select column_index, column_name, data_type, 'number' as kind, if(column_name in ('odd', 'gap'), 2, 1) as signature
        from duckdb_columns() where table_name = 'dataset_raw' and column_index > 2`);
      await findCopies(warehouse);
      assert.deepEqual(
        await warehouse.rows('select column_name, copy_of from column_copies order by column_name'),
        [
          { column_name: 'gap', copy_of: 'odd' },
          { column_name: 'odd', copy_of: 'odd' },
          { column_name: 'other', copy_of: 'other' },
          { column_name: 'real', copy_of: 'whole' },
          { column_name: 'whole', copy_of: 'whole' },
        ],
      );
    });
  });

  it('counts impossible values: below or above the range of the column, or infinite', async () => {
    await withTestRun(async (warehouse) => {
      await warehouse.run(`create table dataset_raw as select * from (values
        ('a', -1, -2, 1.5, 'inf'::double),
        ('a', -5, -1, -0.5, 3),
        ('b', null, 0, 'nan'::double, -3)
      ) as rows(session_id, "10_max_chunksize", "n_prev_up_chunk", "userTwoRetransmit", "userSkeRTT")`);
      await warehouse.run(`create table candidate_columns as
        select column_index, column_name, data_type, 'number' as kind
        from duckdb_columns() where table_name = 'dataset_raw' and column_name <> 'session_id'`);
      await findImpossibleValues(warehouse);
      const rows = await warehouse.rows('from impossible_values');
      assert.deepEqual(
        rows.map((row) => Object.values(row)),
        [
          ['10_max_chunksize', 'below 0', 2, 1, -5, -1],
          ['n_prev_up_chunk', 'below -1', 1, 1, -2, -2],
          ['userTwoRetransmit', 'below 0', 1, 1, -0.5, -0.5],
          ['userTwoRetransmit', 'above 1', 1, 1, 1.5, 1.5],
          ['userSkeRTT', 'infinite', 1, 1, 'Infinity', 'Infinity'],
        ],
      );
    });
  });

  it('makes its tables if no column is left; if no row is left, the error says why', async () => {
    const bare = 'session_id,resolution,relative_timestamp\n';
    const rows = Array.from({ length: 8 }, (_, at) => `s${at},${at % 2 === 0 ? 240 : 480},10\n`).join('');
    const counts = await built(
      (warehouse) =>
        warehouse.rows(
          'select (select count(*)::integer from dataset_clean) as clean, count(*)::integer as scored from scoring_set',
        ),
      bare + rows,
    );
    assert.deepEqual(counts, [{ clean: 8, scored: 8 }]);
    await assert.rejects(
      built(() => Promise.resolve(), `${bare}a,high,10\na,999,20\n,240,10\nb,,10\n`),
      (error: Error) => {
        const [, ...lines] = error.message.split(/: cleaning left no row: |; /);
        assert.deepEqual(lines, [
          '1 row, label not understood',
          '1 row, no label',
          '1 row, no session',
          '1 row, off the ladder',
          '1 row has a label that is not understood: "high" (1), no number of lines. Write the number of lines, such as 720 or 720p',
          '1 row is left out, because the resolution is not on the ladder: 999p (1). Other resolutions can be named in ladder',
        ]);
        return true;
      },
    );
  });

  it('gives the time since the resolution of a row changed; rows without one are no change', async () => {
    const cells = ['480', '480', '720', '', '720', '240', ''];
    const csv = ['session_id,resolution,relative_timestamp,x'];
    for (const [at, cell] of cells.entries()) {
      csv.push(`s,${cell},${at},${at}`);
      for (let session = 0; session < 8; session++) csv.push(`t${session},360,${at},${at * session}`);
    }
    const rows = await built(
      (warehouse) =>
        warehouse.rows(
          'select session_id, list(since_switch_seconds order by window_index) as seconds from scoring_set group by all order by all',
        ),
      [...csv, ''].join('\n'),
    );
    assert.deepEqual(
      rows.map(({ seconds }) => seconds),
      [[null, null, 0, 10, 20, 0, 10], ...Array.from({ length: 8 }, () => cells.map(() => null))],
    );
  });

  it('reads resolutions as people write them', async () => {
    const cells = ['480', '480.0', '480p', '854x480', ' 480 '];
    const csv = ['session_id,resolution,relative_timestamp,x'];
    for (const [at, cell] of cells.entries()) csv.push(`s${at},${cell},10,${at}`);
    csv.push('t,240p,10,9', 'u,tall,10,9', 'v,480.5,10,9', '');
    const rows = await built(
      (warehouse) => warehouse.rows('select session_id, resolution_px from dataset_raw order by session_id'),
      csv.join('\n'),
    );
    assert.deepEqual(
      rows.map((row) => row['resolution_px']),
      [480, 480, 480, 480, 480, 240, null, null],
    );
  });

  it('excludes label-side columns in upper or lower case, and columns that the configuration names', async () => {
    const [header, ...lines] = datasetCsv().trim().split('\n');
    const csv = [
      `${header},Startup_Time,household,mos,Second`,
      ...lines.map((line, at) => `${line},${at * 3},${at >> 1},${at * at},${at * 5}`),
      '',
    ];
    const rows = await built(
      (warehouse) =>
        warehouse.rows(
          "select name, rule from cleaning_log where name in ('Startup_Time', 'household', 'mos', 'Second') order by name",
        ),
      csv.join('\n'),
      { source: { groupColumns: { home: 'household' }, excludeColumns: ['mos'], timeColumn: 'Second' } },
    );
    assert.deepEqual(rows, [
      { name: 'Second', rule: 'identifying' },
      { name: 'Startup_Time', rule: 'label side' },
      { name: 'household', rule: 'identifying' },
      { name: 'mos', rule: 'excluded' },
    ]);
  });
});
