import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { retryOf } from '../../../common/vqi-error.js';
import { readWarehouse, withWarehouse } from '../../../warehouse/core/open-warehouse.js';

async function fileWith(path: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const sql of statements) await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

test('a file of another layout is refused with the next step, and left unchanged', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-format-'));
  try {
    const unmarked = join(folder, 'unmarked.duckdb');
    await fileWith(unmarked, ['create table captures (x integer)']);
    const later = join(folder, 'later.duckdb');
    await fileWith(later, [
      'create table warehouse_format (layout varchar)',
      "insert into warehouse_format values ('0123456789ab')",
    ]);
    for (const path of [unmarked, later]) {
      await assert.rejects(
        withWarehouse(path, () => Promise.resolve()),
        (error) => {
          assert.ok(error instanceof Error && error.name === 'WarehouseFormatError');
          assert.match(error.message, /another version of vqi: move the file away/);
          return true;
        },
      );
    }
    const instance = await DuckDBInstance.create(unmarked);
    const connection = await instance.connect();
    const tables = await connection.runAndReadAll('select table_name from duckdb_tables()');
    assert.deepEqual(tables.getRows(), [['captures']]);
    connection.closeSync();
    instance.closeSync();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a new file is marked, and opens again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-format-'));
  try {
    const path = join(folder, 'new.duckdb');
    for (let round = 0; round < 2; round++) {
      const rows = await withWarehouse(path, (warehouse) =>
        warehouse.rows('select count(*)::integer as marks from main.warehouse_format'),
      );
      assert.deepEqual(rows, [{ marks: 1 }]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a damaged file is named with the way out, and no step is tried again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-damaged-'));
  try {
    const damages: [string, (content: Buffer) => Buffer][] = [
      ['text', () => Buffer.from('no database '.repeat(1000))],
      ['empty', () => Buffer.alloc(0)],
      ['half', (content) => content.subarray(0, content.length >> 1)],
      ['headers', (content) => content.fill(7, 4096, 8400)],
      ['a block', (content) => content.fill(7, content.length >> 1, (content.length >> 1) + 5000)],
    ];
    for (const [name, damage] of damages) {
      const path = join(folder, `${name}.duckdb`);
      await withWarehouse(path, (warehouse) =>
        warehouse.run("create table main.t as select range as a, 'x' || range as b from range(200000)"),
      );
      writeFileSync(path, damage(readFileSync(path)));
      for (const open of [withWarehouse, readWarehouse])
        await assert.rejects(
          open(path, (warehouse) => warehouse.rows('select sum(a), max(b) from main.t')),
          (error) => {
            assert.ok(
              error instanceof Error && error.message.startsWith(`${path} is damaged; move it away`),
              name,
            );
            assert.equal(retryOf(error), 'never');
            return true;
          },
        );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
