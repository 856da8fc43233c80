import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readPickledFrame } from '../../../../datasets/frame/read-pickled-frame.js';
import { isTextColumn, type DatasetColumn, type DatasetTable } from '../../../../schemas/dataset-table.js';
import { frameOfCells, global, pickle, text } from '../pickle/pickle-bytes.js';
import { plainPickleFixtures } from '../pickle/pickle-fixtures.js';

/** Cells of a column, read `step` rows at a time, in the format of the fixtures' JSON. */
function cells(column: DatasetColumn, rows: number, step: number): unknown[] {
  const all: unknown[] = [];
  for (let start = 0; start < rows; start += step) {
    const count = Math.min(step, rows - start);
    if (isTextColumn(column)) {
      all.push(...column.read(start, count));
      continue;
    }
    const { values, isNull } = column.read(start, count);
    for (let row = 0; row < count; row++) {
      const value = values[row]!;
      if (isNull?.[row] === 1) all.push(null);
      else if (column.type === 'boolean') all.push(value === 1);
      else if (column.type === 'timestamp') all.push(String(value));
      else if (typeof value === 'bigint') {
        const isSafe = value <= 2n ** 53n && value >= -(2n ** 53n);
        all.push(isSafe ? Number(value) : String(value));
      } else if (Math.abs(value) === Infinity) all.push(value > 0 ? 'inf' : '-inf');
      else all.push(value);
    }
  }
  return all;
}

/** pandas' value in the format of this reader: lists as text, mixed cells as text. */
function wanted(value: unknown, type: string): unknown {
  if (value === null) return null;
  if (type === 'double[]' || type === 'double[][]')
    return JSON.stringify(value).replaceAll('null', 'NULL').replaceAll(',', ', ');
  if (type === 'varchar' && typeof value === 'object') return JSON.stringify(value);
  if (type === 'varchar' && typeof value === 'boolean') return value ? 'True' : 'False';
  if (type === 'varchar') return typeof value === 'number' ? String(value) : value;
  // Decimals and integers beyond 2^53 are text in the fixtures.
  if (type === 'double' && typeof value === 'string' && !value.endsWith('inf')) return Number(value);
  // Numbers among objects: True is 1 in a column that also contains other values.
  return type === 'double' && typeof value === 'boolean' ? Number(value) : value;
}

/** Column types by dtype. */
const TYPE_OF_DTYPE: readonly (readonly [RegExp, RegExp])[] = [
  [/^(int64|Int64|>i8|int64\[pyarrow\])$/, /^bigint$/],
  [/^(float64|Float64|>f8|double\[pyarrow\])$/, /^double$/],
  [/^(bool|boolean|bool\[pyarrow\])$/, /^boolean$/],
  [/^(int32)$/, /^integer$/],
  [/^(uint16)$/, /^usmallint$/],
  [/^(UInt32|uint32)$/, /^uinteger$/],
  [/^(Int8|int8)$/, /^tinyint$/],
  [/^(float16|float32|Float32)$/, /^float$/],
  [/^(string|str|string\[pyarrow\])$/, /^varchar$/],
  [/^datetime64/, /^timestamp$/],
  [/^timedelta64/, /^double$/],
];
/** Column types of object columns. */
const TYPE_OF_OBJECTS: Readonly<Record<string, string>> = {
  sizes: 'double[]',
  ewma: 'double[][]',
  flat: 'double[]',
  deep: 'varchar',
  whole: 'bigint',
  mixed: 'varchar',
  switch: 'boolean',
  scalars: 'varchar',
  when: 'timestamp',
  day: 'varchar',
  price: 'double',
  site: 'varchar',
};

function column(table: DatasetTable, name: string): DatasetColumn {
  const found = table.columns.find((each) => each.name === name);
  assert.ok(found, `there is no column ${name}`);
  return found;
}

describe('pickled DataFrames of real pandas versions', () => {
  const fixtures = plainPickleFixtures();

  it('has fixtures of eight versions, and of every protocol', () => {
    assert.equal(new Set(fixtures.map(({ version }) => version)).size, 8);
    for (const protocol of [0, 1, 2, 3, 4, 5])
      assert.ok(fixtures.some(({ name }) => name === `objects.p${protocol}.pkl`));
  });

  for (const { version, name, path, expected } of fixtures) {
    it(`${version} ${name}`, () => {
      const table = readPickledFrame(readFileSync(path));
      assert.equal(table.rows, expected.columns[0]?.values.length);
      const named = expected.index.filter((level) => level !== null);
      assert.deepEqual(
        table.columns.map((each) => each.name),
        [...named, ...expected.columns.map((each) => each.name)],
      );
      for (const { name: columnName, values, dtype } of expected.columns) {
        const read = column(table, columnName);
        for (const [wantedDtype, type] of TYPE_OF_DTYPE)
          if (wantedDtype.test(dtype)) assert.match(read.type, type);
        if (name.startsWith('objects.') && columnName in TYPE_OF_OBJECTS)
          assert.equal(read.type, TYPE_OF_OBJECTS[columnName], columnName);
        const truth = values.map((value) => wanted(value, read.type));
        assert.deepEqual(cells(read, table.rows, 2), truth, columnName);
        assert.deepEqual(cells(read, table.rows, 1000), truth, columnName);
      }
      for (const [at, level] of expected.index.entries()) {
        if (level === null) continue;
        const read = column(table, level);
        const truth = expected.indexValues.map((value) =>
          wanted(Array.isArray(value) && named.length > 1 ? value[at] : value, read.type),
        );
        assert.deepEqual(cells(read, table.rows, 2), truth, level);
      }
    });
  }
});

it('counts values inside lists that have no text, and names their type', () => {
  const half = pickle(global('fractions', 'Fraction'), text('1/2'), 0x85, 'R');
  const lists = [pickle('](K\x01', half, 'e'), pickle('](', half, half, 'e'), pickle('](', text('a'), 'e')];
  const { columns, rows, notes } = readPickledFrame(frameOfCells(lists));
  const table = readPickledFrame(frameOfCells(lists));
  assert.deepEqual(notes, []);
  assert.deepEqual(cells(columns[0]!, rows, 2), ['[1,null]', '[null,null]', '["a"]']);
  assert.deepEqual(cells(table.columns[0]!, rows, 3).length, 3);
  assert.deepEqual(table.notes, [
    'column 0: 3 values in its cells are null, because they have no text, such as fractions.Fraction',
  ]);
});
