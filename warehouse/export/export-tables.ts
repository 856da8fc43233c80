import { join } from 'node:path';
import type { DuckDBConnection } from '../core/duckdb.js';
import { allOf, exportTable } from './export-table.js';

/** Writes whole tables to `<table>.parquet` and `<table>.csv` in a folder. @returns the paths, table by table */
export async function exportTables(
  warehouse: { readonly connection: DuckDBConnection },
  tables: readonly string[],
  folder: string,
): Promise<string[]> {
  const files: string[] = [];
  for (const table of tables) {
    for (const format of ['parquet', 'csv'] as const) {
      const path = join(folder, `${table}.${format}`);
      await exportTable(warehouse, allOf(table), path, format);
      files.push(path);
    }
  }
  return files;
}
