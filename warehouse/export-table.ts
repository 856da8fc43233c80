import type { Warehouse } from './connection.js';
import { identifier } from './identifier.js';

/** Writes a table of the current run to a Parquet or CSV file, rows in the table's own order. */
export async function exportTable(
  warehouse: Warehouse,
  query: string,
  path: string,
  format: 'parquet' | 'csv',
): Promise<void> {
  const target = `'${path.replaceAll("'", "''")}'`;
  const options = format === 'parquet' ? 'format parquet, compression zstd' : 'format csv, header';
  await warehouse.run(`copy (${query}) to ${target} (${options})`, {}, `export to ${path}`);
}

/** `select * from <table>`, with the table's name quoted. */
export function allOf(table: string): string {
  return `from ${identifier(table)}`;
}
