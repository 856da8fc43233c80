import type { Warehouse } from './connection.js';

/** Raised by one whenever a table of `sql/10_raw` changes its columns. */
const FORMAT_VERSION = 1;

/** The file was written by a version of the program whose tables are laid out otherwise. */
export class WarehouseFormatError extends Error {
  override readonly name = 'WarehouseFormatError';
}

/**
 * Marks a new file with the version of its layout, and checks an old one.
 * @throws WarehouseFormatError where the file has another layout; it is left as it is.
 */
export async function checkFormat(warehouse: Warehouse, path: string): Promise<void> {
  const [found] = await warehouse.rows(`
    select
      count(*)::integer as tables,
      count_if(table_name = 'warehouse_format')::integer as marked
    from duckdb_tables() where schema_name = 'main' and database_name = current_database()`);
  if (found?.['tables'] === 0) {
    await warehouse.transaction(async () => {
      await warehouse.run('create table main.warehouse_format (version integer primary key)');
      await warehouse.run('insert into main.warehouse_format values ($version)', { version: FORMAT_VERSION });
    });
    return;
  }
  const [row] =
    found?.['marked'] === 1 ? await warehouse.rows('select version from main.warehouse_format') : [];
  const version = row === undefined ? null : Number(row['version']);
  if (version === FORMAT_VERSION) return;
  throw new WarehouseFormatError(
    `${path} was written by another version of vqi (layout ${version ?? 'unknown'}, this version has ${FORMAT_VERSION}): move the file away, and the captures are read again`,
  );
}
