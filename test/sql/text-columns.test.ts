import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SqlRow, Warehouse } from '../../warehouse/core/warehouse.js';
import { datasetWarnings } from '../../warehouse/datasets/dataset-warnings.js';
import { built } from './clean-dataset.js';

const WINDOWS = 24;

/** A dataset of twelve sessions of two windows with further columns, by row. */
function csv(header: string, cells: (row: number) => string, delimiter = ','): string {
  const rows = Array.from({ length: WINDOWS }, (_, row) =>
    [`s${row >> 1}`, row % 4 < 2 ? 480 : 720, row % 2, cells(row)].join(delimiter),
  );
  return [['session_id', 'resolution', 'relative_timestamp', header].join(delimiter), ...rows, ''].join('\n');
}

/** The values of a column of dataset_raw in the order of the file. */
async function valuesOf(warehouse: Warehouse, column: string): Promise<unknown[]> {
  const rows = await warehouse.rows(`select ${column} as value from dataset_file order by file_row`);
  return rows.map(({ value }) => value);
}

const readings = async (warehouse: Warehouse): Promise<SqlRow[]> =>
  await warehouse.rows(
    'select column_name, reading, style, read_rows, missing_rows from text_columns order by all',
  );

describe('numbers that are written as text', () => {
  it('with a decimal comma are read, and 1.234 in their file is a thousand', async () => {
    await built(
      async (warehouse) => {
        assert.deepEqual(
          await valuesOf(warehouse, 'a'),
          Array.from({ length: WINDOWS }, (_, row) => row + 0.25),
        );
        assert.deepEqual(
          await valuesOf(warehouse, 'b'),
          Array.from({ length: WINDOWS }, (_, row) => 1000.5 + 1000 * row),
        );
        const warnings = await datasetWarnings(warehouse);
        assert.ok(
          warnings.includes('column a: its texts are read as numbers with decimal comma'),
          warnings.join('\n'),
        );
      },
      csv('a;b', (row) => `${row},25;${row + 1}.000,5`, ';'),
    );
  });

  it('such as 1,234 are decided by the other columns, else left and named', async () => {
    const either = (row: number): string => `"${row + 1},234"`;
    await built(
      async (warehouse) => {
        assert.equal((await valuesOf(warehouse, 'a'))[1], 2234);
        assert.equal((await valuesOf(warehouse, 'b'))[1], 1234567.5);
      },
      csv('a,b', (row) => `${either(row)},"${row},234,567.5"`),
    );
    await built(
      async (warehouse) => {
        assert.equal((await valuesOf(warehouse, 'a'))[1], 2.234);
      },
      csv('a;b', (row) => `${row + 1},234;${row},5`, ';'),
    );
    await built(
      async (warehouse) => {
        assert.equal((await valuesOf(warehouse, 'a'))[1], '2,234');
        const [warning] = await datasetWarnings(warehouse);
        assert.equal(
          warning,
          'column a is text and no input: numbers such as 1,234, with a decimal comma or a thousands separator, for example "1,234"',
        );
      },
      csv('a,n', (row) => `${either(row)},${row}`),
    );
  });

  it('with percent, spaces, apostrophes and the minus of typesetters are read', async () => {
    await built(
      async (warehouse) => {
        assert.deepEqual((await valuesOf(warehouse, 'share')).slice(0, 2), [0.005, 0.015]);
        assert.deepEqual((await valuesOf(warehouse, 'swiss')).slice(0, 2), [1234.5, 2234.5]);
        assert.deepEqual((await valuesOf(warehouse, 'thin')).slice(0, 2), [-1234, -2234]);
      },
      csv('share,swiss,thin', (row) => `${row}.5 %,${row + 1}'234.5,−${row + 1}\u202f234`),
    );
  });

  it('among missing values and odd ones are read, and the others are counted with an example', async () => {
    await built(
      async (warehouse) => {
        assert.deepEqual((await valuesOf(warehouse, 'x')).slice(0, 4), [null, 1.5, null, 3.5]);
        assert.deepEqual(await readings(warehouse), [
          {
            column_name: 'word',
            reading: 'text',
            style: 'texts, and numbers among them',
            read_rows: 0,
            missing_rows: 0,
          },
          { column_name: 'x', reading: 'number', style: 'plain', read_rows: 22, missing_rows: 1 },
          { column_name: 'y', reading: 'text', style: 'numbers with a unit', read_rows: 0, missing_rows: 0 },
        ]);
        assert.deepEqual(await datasetWarnings(warehouse), [
          'column word is text and no input: texts, and numbers among them, for example "0"',
          'column x: 1 of 23 values (4.3 %) such as "oops" are not understood, and count as missing; 1 of 24 values (4.2 %) such as "-" count as missing; a column with missing values is no input, unless cleaning.maxNullShare allows them',
          'column y is text and no input: numbers with a unit, for example "0 ms"',
        ]);
      },
      csv(
        'x,y,word,n',
        (row) =>
          `${row === 0 ? '-' : row === 2 ? 'oops' : `${row}.5`},${row} ms,${row % 2 === 0 ? row : 'w'},${row}`,
      ),
    );
  });

  it('keep the names of sessions: 007 and 7 are two', async () => {
    const text = csv('n', String).replaceAll(/^s0,/gm, '"007",').replaceAll(/^s1,/gm, '"7",');
    await built(async (warehouse) => {
      const [row] = await warehouse.rows(
        "select count(distinct session_id)::integer as n from dataset_raw where session_id in ('7', '007')",
      );
      assert.equal(row?.['n'], 2);
    }, text);
  });

  it('are read without the rows that repeat the header', async () => {
    const [header, ...rows] = csv('n', String).split('\n');
    await built(
      async (warehouse) => {
        assert.equal((await valuesOf(warehouse, 'n')).length, WINDOWS);
        assert.deepEqual(await warehouse.rows('select sum(n) as n from dataset_raw'), [
          { n: (WINDOWS * (WINDOWS - 1)) / 2 },
        ]);
        assert.deepEqual(await datasetWarnings(warehouse), [
          '2 rows repeat the header and are left out, the first behind 5 rows',
        ]);
      },
      [header, ...rows.slice(0, 5), header, ...rows.slice(5, 10), header, ...rows.slice(10)].join('\n'),
    );
  });
});

describe('a time that is text', () => {
  const ordered = async (times: (row: number) => string, expected: readonly number[]): Promise<void> =>
    await built(
      async (warehouse) => {
        const rows = await warehouse.rows('select n from dataset_raw order by window_index');
        assert.deepEqual(
          rows.map((row) => Number(row['n'])),
          expected,
        );
      },
      [
        'session_id,resolution,relative_timestamp,n',
        ...Array.from({ length: 12 }, (_, row) => `s,${row < 6 ? 480 : 720},"${times(row)}",${row}`),
        ...Array.from({ length: 12 }, (_, row) => `t${row},${row < 6 ? 480 : 720},"${times(row)}",0`),
        '',
      ].join('\n'),
    );
  const zeros = Array.from({ length: 12 }, () => 0);

  it('is ordered as numbers, dates or durations, never as text', async () => {
    // As text, 10 and 11 would come before 9.
    const rows = Array.from({ length: 12 }, (_, row) => row);
    const withOthers = rows.map((row) => (row === 0 ? [...zeros, 0] : [row])).flat();
    await ordered((row) => `${row},5`, withOthers);
    await ordered((row) => `0 days 00:00:${String(row).padStart(2, '0')}`, withOthers);
    await ordered((row) => `${row} %`, withOthers);
  });

  it('that is neither fails with an example', async () => {
    await assert.rejects(
      ordered((row) => `minute ${row}`, []),
      /the time column relative_timestamp is text that is neither numbers nor times, for example "minute 0"/,
    );
  });
});

describe('labels of a dataset file', () => {
  it('that are not understood are counted and quoted, not called missing', async () => {
    const text = csv('n', String)
      .replaceAll(/^(s[0-3]),\d+,/gm, '$1,HD,')
      .replaceAll(/^(s4),\d+,/gm, '$1,none,');
    await built(async (warehouse) => {
      assert.deepEqual(
        await warehouse.rows(
          "select rule, count(*)::integer as rows from cleaning_log where scope = 'row' group by all order by all",
        ),
        [
          { rule: 'label not understood', rows: 8 },
          { rule: 'no label', rows: 2 },
        ],
      );
      assert.deepEqual((await datasetWarnings(warehouse)).slice(0, 2), [
        '8 rows have a label that is not understood: "HD" (8), no number of lines. Write the number of lines, such as 720 or 720p',
        '2 rows have a label that says that there is none: "none" (2)',
      ]);
    }, text);
  });
});
