import { rename, rm } from 'node:fs/promises';
import type { DuckDBConnection } from '../core/duckdb.js';
import { identifier, quoteText } from '../core/identifier.js';
import { queryFailure } from '../core/query-error.js';
import { exportArrow } from './export-arrow.js';
import type { ExportFormat } from './export-formats.js';

const COPY_OPTIONS = { parquet: 'format parquet, compression zstd', csv: 'format csv, header' } as const;

/**
 * Writes the result of a query, in its order, to a Parquet, CSV or Arrow IPC file. The file appears when it is complete,
 * or not at all. In Arrow, HUGEINT and DECIMAL become doubles, STRUCT and MAP JSON text.
 */
export async function exportTable(
  { connection }: { readonly connection: DuckDBConnection },
  query: string,
  path: string,
  format: ExportFormat,
): Promise<void> {
  const temporary = `${path}.part`;
  try {
    if (format === 'arrow') await exportArrow(connection, query, temporary);
    else await connection.run(`copy (${query}) to ${quoteText(temporary)} (${COPY_OPTIONS[format]})`);
    await rename(temporary, path);
  } catch (cause) {
    throw queryFailure(`export to ${path}`, query, cause);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** `select * from <table>`, with the table's name quoted. */
export function allOf(table: string): string {
  return `from ${identifier(table)}`;
}
