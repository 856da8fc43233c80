import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ColumnAppender } from '../../../warehouse/core/append.js';
import { withTestRun } from '../../sql/test-run.js';

it('copies typed arrays into a table, with sentinels as null, across chunk borders', async () => {
  await withTestRun(async (warehouse) => {
    const rows = 5000;
    await warehouse.run('create table main.t (a bigint, b uinteger, ok boolean)');
    await warehouse.transaction(async () => {
      const appender = await ColumnAppender.open(warehouse.connection, 't');
      appender.append(rows, [
        {
          type: 'bigint',
          values: BigInt64Array.from({ length: rows }, (_, row) => BigInt(row % 3)),
          nullValue: 0n,
        },
        { type: 'uinteger', values: Uint32Array.from({ length: rows }, (_, row) => row % 7), nullValue: 6 },
        { type: 'boolean', values: Uint8Array.from({ length: rows }, (_, row) => row % 2) },
      ]);
      appender.close();
    });
    // 5000 = 3 x 1666 + 2 and 7 x 714 + 2, counted by hand.
    const [counts] = await warehouse.rows(
      'select count(*)::integer as n, count(a)::integer as a, count(b)::integer as b, sum(a)::integer as sum_a, count_if(ok)::integer as ok from t',
    );
    assert.deepEqual(counts, { n: 5000, a: 3333, b: 4286, sum_a: 4999, ok: 2500 });
  });
});

it('makes only the sentinel null, whatever the bits of other values are', async () => {
  await withTestRun(async (warehouse) => {
    const words = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0xff, 0xffff];
    // A multiple neither of 8 nor of a chunk.
    const rows = 2 * 2048 + 13;
    const word = (row: number) => words[(row * 5 + (row >> 4)) % words.length]!;
    const columns = [
      {
        type: 'uinteger',
        values: Uint32Array.from({ length: rows }, (_, row) => word(row)),
        nullValue: 0xffff_ffff,
      },
      {
        type: 'uinteger',
        values: Uint32Array.from({ length: rows }, (_, row) => word(row)),
        nullValue: 0x8000_0000,
      },
      {
        type: 'usmallint',
        values: Uint16Array.from({ length: rows }, (_, row) => word(row)),
        nullValue: 0xffff,
      },
      { type: 'utinyint', values: Uint8Array.from({ length: rows }, (_, row) => word(row)), nullValue: 0 },
      { type: 'double', values: Float64Array.from({ length: rows }, (_, row) => word(row)), nullValue: 1 },
    ] as const;
    await warehouse.run(
      'create table main.t (a uinteger, b uinteger, c usmallint, d utinyint, e double, row uinteger)',
    );
    await warehouse.transaction(async () => {
      const appender = await ColumnAppender.open(warehouse.connection, 't');
      const row = Uint32Array.from({ length: rows }, (_, at) => at);
      appender.append(rows, [...columns, { type: 'uinteger', values: row }]);
      appender.close();
    });
    const found = await warehouse.rows('select * exclude (row) from t order by row');
    for (const [at, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      const { values, nullValue } = columns[at]!;
      assert.deepEqual(
        found.map((row) => row[name]),
        Array.from(values, (value) => (value === nullValue ? null : value)),
        name,
      );
    }
  });
});

it('refuses arrays that are too short or of another width before it copies a byte', async () => {
  await withTestRun(async (warehouse) => {
    await warehouse.run('create table main.t (a uinteger)');
    const appender = await ColumnAppender.open(warehouse.connection, 't');
    assert.throws(
      () => appender.append(3, [{ type: 'uinteger', values: new Uint32Array(2) }]),
      /needs 3 values of 4 bytes, has 2/,
    );
    assert.throws(() => appender.append(2, [{ type: 'uinteger', values: new Uint16Array(2) }]), RangeError);
    appender.close();
  });
});
