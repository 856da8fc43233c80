import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DataType, tableFromIPC } from 'apache-arrow';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import { EXPORT_FORMATS } from '../../../warehouse/export/export-formats.js';
import { ExportError, exportRun } from '../../../warehouse/export/export-run.js';
import { readDatasetTask } from '../../../worker/tasks/read-dataset.js';
import { withTestRun } from '../../sql/test-run.js';

describe('tables of a run as files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-export-'));
  const warehousePath = join(folder, 'warehouse.duckdb');
  const pathIn = (extension: string) => (table: string) => join(folder, `${table}.${extension}`);

  before(async () => {
    await withWarehouse(warehousePath, async (warehouse) => {
      await warehouse.useRun('mine');
      await warehouse.run(
        "insert into main.runs (run_id, began_at, config, simulated, state) values ('mine', '2018-02-11 14:10:00.123456', '{}', false, 'completed')",
      );
      // 5,000 rows are three chunks; every type that a table of the pipeline has, and nulls.
      await warehouse.run(`
        create table windows as
        select
          range as "row", range::integer as i, (range / 7)::double as d, range % 2 = 0 as b, 'sé"' || range as s,
          timestamp '2018-02-11 14:10:00.123456' + interval (range) second as t,
          [range::double, null, 0.5] as l, {'a': range} as st, (range / 4)::decimal(9, 2) as de,
          range::hugeint as h, date '2018-02-11' as da, if(range % 3 = 0, null, range)::ubigint as n
        from range(5000)`);
      await warehouse.run('create table nothing as from windows limit 0');
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('have the same rows in every format', async () => {
    for (const format of EXPORT_FORMATS) {
      const exported = await exportRun(warehousePath, null, ['windows'], format, pathIn(format));
      assert.deepEqual(exported, [{ table: 'windows', path: join(folder, `windows.${format}`) }]);
    }
    await readDatasetTask(
      { path: join(folder, 'windows.arrow'), outputPath: join(folder, 'back.parquet') },
      () => undefined,
    );
    await withTestRun(async (warehouse) => {
      const compared = `"row"::bigint, i::integer, d, b, s, t, l, de::double, h::double, da::varchar, n::ubigint`;
      const count = async (left: string, right: string, columns = compared): Promise<unknown> =>
        (
          await warehouse.rows(
            `select count(*)::integer as n from (select ${columns} from ${left} intersect all select ${columns} from ${right})`,
          )
        )[0]?.['n'];
      const file = (name: string): string => `'${join(folder, name)}'`;
      assert.equal(await count(file('windows.parquet'), file('back.parquet')), 5000);
      const plain = `"row"::bigint, i::integer, d, b, s, t, de::double, h::double, da::varchar, n::ubigint`;
      assert.equal(await count(file('windows.parquet'), file('windows.csv'), plain), 5000);
    });
  });

  it('have the types of Arrow, and text for other types', async () => {
    await exportRun(warehousePath, 'mine', ['windows'], 'arrow', pathIn('arrow'));
    const table = tableFromIPC(readFileSync(join(folder, 'windows.arrow')));
    assert.equal(table.numRows, 5000);
    assert.equal(table.batches.length, 3);
    const types = Object.fromEntries(table.schema.fields.map((field) => [field.name, String(field.type)]));
    assert.deepEqual(types, {
      row: 'Int64',
      i: 'Int32',
      d: 'Float64',
      b: 'Bool',
      s: 'Utf8',
      t: 'Timestamp<MICROSECOND>',
      l: 'List<Float64>',
      st: 'Utf8',
      de: 'Float64',
      h: 'Float64',
      da: 'Utf8',
      n: 'Uint64',
    });
    const row = table.get(4)?.toJSON();
    assert.equal(row?.['st'], '{"a":4}');
    assert.equal(row['n'], 4n);
    assert.equal(table.get(3)?.toJSON()['n'], null);
    assert.ok(DataType.isList(table.schema.fields[6]?.type));
  });

  it('are all tables of a run, empty ones too, and no other files', async () => {
    const target = mkdtempSync(join(folder, 'all-'));
    for (const format of EXPORT_FORMATS)
      await exportRun(warehousePath, 'mine', null, format, (table) => join(target, `${table}.${format}`));
    assert.deepEqual(
      readdirSync(target).sort(),
      ['nothing', 'windows'].flatMap((table) => EXPORT_FORMATS.map((format) => `${table}.${format}`)).sort(),
    );
    assert.equal(tableFromIPC(readFileSync(join(target, 'nothing.arrow'))).numRows, 0);
  });

  it('have only the rows of the run from a shared table', async () => {
    await exportRun(warehousePath, 'mine', ['runs'], 'csv', pathIn('csv'));
    const [, row, end] = readFileSync(join(folder, 'runs.csv'), 'utf8').split('\n');
    assert.equal(row, 'mine,2018-02-11 14:10:00.123456,{},false,completed,,,');
    assert.equal(end, '');
  });

  it('have the rows of all runs from shared tables, if no run is named', async () => {
    await withWarehouse(warehousePath, (warehouse) =>
      warehouse.run(
        "insert into main.runs (run_id, began_at, config, simulated, state) values ('night', '2018-02-12 14:10:00', '{}', false, 'completed')",
      ),
    );
    const linesOf = async (run: string | null): Promise<string[]> => {
      await exportRun(warehousePath, run, ['runs'], 'csv', pathIn('csv'));
      return readFileSync(join(folder, 'runs.csv'), 'utf8')
        .split('\n')
        .map((line) => line.split(',')[0]!);
    };
    assert.deepEqual(await linesOf(null), ['run_id', 'mine', 'night', '']);
    assert.deepEqual(await linesOf('night'), ['run_id', 'night', '']);
    await assert.rejects(
      exportRun(warehousePath, null, ['runs', 'windows'], 'csv', pathIn('csv')),
      /name a run with --run ID; known runs: mine, night; /,
    );
    await withWarehouse(warehousePath, (warehouse) =>
      warehouse.run("delete from main.runs where run_id = 'night'"),
    );
  });

  it('are refused with the name of what is missing', async () => {
    const fails = async (run: string | null, table: string, message: RegExp): Promise<void> => {
      await assert.rejects(
        exportRun(warehousePath, run, [table], 'csv', pathIn('csv')),
        (error: unknown) => error instanceof ExportError && message.test(error.message),
      );
    };
    await fails('yours', 'windows', /there is no run yours; known runs: mine/);
    await fails(
      'mine',
      'widows',
      /has no table widows; it has nothing, windows; shared by all runs are .*packets/,
    );
    await assert.rejects(
      exportRun(join(folder, 'none.duckdb'), null, null, 'csv', pathIn('csv')),
      /no such file; set VQI_HOME/,
    );
  });
});
