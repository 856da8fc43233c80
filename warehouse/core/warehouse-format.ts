import { createHash } from 'node:crypto';
import { VqiError } from '../../common/vqi-error.js';
import { makeTable } from './fill.js';
import { QueryError } from './query-error.js';
import { readSqlFolder, withoutComments } from './sql-files.js';
import type { Warehouse } from './warehouse.js';

/** To be raised by one if values in the shared tables get another meaning, in the same columns. */
const MEANING = 2;

/** The file was written by a version of the program whose shared tables have another layout or meaning. */
export class WarehouseFormatError extends VqiError {
  override readonly name = 'WarehouseFormatError';
  override readonly retry = 'never';
}

/** Makes the shared tables of `sql/10_raw`, in one transaction, and marks the file with their layout. */
export async function makeTables(warehouse: Warehouse): Promise<void> {
  const tables = readSqlFolder('10_raw');
  const layout = layoutOf(tables.map(({ sql }) => sql));
  await warehouse.transaction(async () => {
    for (const { name, sql } of tables) await warehouse.run(sql, {}, `sql/10_raw/${name}.sql`);
    await makeTable(warehouse, 'warehouse_format');
    await warehouse.run('insert into main.warehouse_format values ($layout)', { layout });
  });
}

/**
 * Checks that the tables of an existing file have this version's layout; if the file has no tables, makes them.
 * @throws WarehouseFormatError if it has another layout; the file is left unchanged.
 */
export async function checkTables(warehouse: Warehouse, path: string): Promise<void> {
  const found = await layoutIn(warehouse);
  if (found === layoutOf(readSqlFolder('10_raw').map(({ sql }) => sql))) return;
  if (found === null && (await isEmpty(warehouse))) {
    await makeTables(warehouse);
    return;
  }
  throw new WarehouseFormatError(
    `${path} was written by another version of vqi: move the file away; the captures are then read again`,
  );
}

/** Null if the file has no layout. Reading it is cheaper than first asking whether the table exists. */
async function layoutIn(warehouse: Warehouse): Promise<unknown> {
  try {
    const [row] = await warehouse.rows('select layout from main.warehouse_format');
    return row?.['layout'] ?? null;
  } catch (error) {
    if (error instanceof QueryError) return null;
    throw error;
  }
}

/** Whether the file has no tables yet. */
export async function isEmpty(warehouse: Warehouse): Promise<boolean> {
  const [found] = await warehouse.rows(
    "select count(*)::integer as tables from duckdb_tables() where schema_name = 'main' and database_name = current_database()",
  );
  return found?.['tables'] === 0;
}

/** Twelve digits of a hash over `MEANING` and the statements, without comments and spaces. */
function layoutOf(statements: readonly string[]): string {
  const bare = statements.map((sql) => withoutComments(sql).replaceAll(/\s+/g, ' ').trim());
  return createHash('sha256')
    .update(`${MEANING};${bare.join(';')}`)
    .digest('hex')
    .slice(0, 12);
}
