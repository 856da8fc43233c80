import { CHUNK_ROWS } from './append.js';
import { DuckDBDataChunk, DuckDBTypeId, type DuckDBType, type DuckDBValue } from './duckdb.js';
import { identifier } from './identifier.js';
import { queryFailure } from './query-error.js';
import { readJson } from './read-file.js';
import { readSqlFile } from './sql-files.js';
import type { SqlValue, Warehouse } from './warehouse.js';

/** A row by column names. */
type Row = Readonly<Record<string, DuckDBValue>>;

interface Column {
  readonly name: string;
  readonly type: DuckDBType;
}

/** Integers that a column holds as JavaScript numbers: their bytes are copied, so that a fraction would be cut off. */
const WHOLE = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
]);

/** Makes a table that code fills, from its statement in `sql/sources`; an earlier one of the run is replaced. */
export async function makeTable(
  warehouse: Warehouse,
  table: string,
  params: Record<string, SqlValue> = {},
): Promise<void> {
  await warehouse.run(readSqlFile('sources', table).sql, params, `sql/sources/${table}.sql`);
}

/**
 * Makes a table from its statement in `sql/sources`, which gives the types, and fills it with rows, in their order.
 * @throws TypeError if a row has other names than the table has columns, or a value is of another type.
 */
export async function fill(warehouse: Warehouse, table: string, rows: readonly Row[]): Promise<void> {
  await makeTable(warehouse, table);
  if (rows.length === 0) return;
  const columns = await columnsOf(warehouse, table);
  const values = rows.map((row) => valuesOf(table, columns, row));
  try {
    // Left without a schema, an appender looks in `main` alone.
    const [current] = await warehouse.rows('select current_schema() as schema');
    const appender = await warehouse.connection.createAppender(table, String(current?.['schema']));
    for (let start = 0; start < values.length; start += CHUNK_ROWS) {
      const part = values.slice(start, start + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create(
        columns.map(({ type }) => type),
        part.length,
      );
      chunk.setRows(part);
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  } catch (cause) {
    throw queryFailure(`fill ${table}`, `sql/sources/${table}.sql`, cause);
  }
}

/**
 * Makes a table from its statement in `sql/sources` and loads it from a file, in the order of the lines.
 * @param path newline-delimited JSON: an object for each row, with the names of the columns; what an object lacks is null
 * @param longestBytes of a line; null: DuckDB's default, 16 MiB
 */
export async function fillFromLines(
  warehouse: Warehouse,
  table: string,
  path: string,
  longestBytes: number | null = null,
): Promise<void> {
  await makeTable(warehouse, table);
  const types = (await columnsOf(warehouse, table)).map(({ name, type }) => [name, type.toString()]);
  const lines = readJson(
    path,
    {
      format: 'newline_delimited',
      ...(longestBytes === null ? {} : { maximum_object_size: longestBytes }),
    },
    Object.fromEntries(types) as Record<string, string>,
  );
  await warehouse.run(`insert into ${identifier(table)} from ${lines}`, {}, `load ${table}`);
}

async function columnsOf({ connection }: Warehouse, table: string): Promise<Column[]> {
  const sql = `from ${identifier(table)} limit 0`;
  const result = await connection.runAndReadAll(sql).catch((cause: unknown) => {
    throw queryFailure(`columns of ${table}`, sql, cause);
  });
  return result.columnNames().map((name, at) => ({ name, type: result.columnType(at) }));
}

/** A row's values in the order of the columns. */
function valuesOf(table: string, columns: readonly Column[], row: Row): DuckDBValue[] {
  const unknown = Object.keys(row).filter((name) => !columns.some((column) => column.name === name));
  if (unknown.length > 0) throw new TypeError(`${table} has no column ${unknown.join(', ')}`);
  return columns.map(({ name, type }) => {
    const value = row[name];
    if (value === undefined) throw new TypeError(`a row for ${table} has no ${name}`);
    if (value !== null && !isOf(type, value))
      throw new TypeError(`${table}.${name} is ${type.toString()}, not ${String(value)}`);
    return value;
  });
}

/** Whether a value is of the type that the column takes; DuckDB converts silently between these, or cuts off. */
function isOf({ typeId }: DuckDBType, value: DuckDBValue): boolean {
  if (WHOLE.has(typeId)) return Number.isInteger(value);
  switch (typeId) {
    case DuckDBTypeId.DOUBLE:
    case DuckDBTypeId.FLOAT:
      return typeof value === 'number';
    case DuckDBTypeId.BOOLEAN:
      return typeof value === 'boolean';
    case DuckDBTypeId.VARCHAR:
      return typeof value === 'string';
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
      return typeof value === 'bigint';
    default:
      return true;
  }
}
