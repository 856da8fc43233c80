import { runSchema } from '../../common/run-schema.js';
import { VqiError } from '../../common/vqi-error.js';
import { identifier, quoteText } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';
import { readWhenFree } from '../reading/read-when-free.js';
import type { ExportFormat } from './export-formats.js';
import { exportTable } from './export-table.js';

/** A table or run is not in the warehouse. */
export class ExportError extends VqiError {
  override readonly name = 'ExportError';
  override readonly retry = 'never';
}

export interface ExportedTable {
  readonly table: string;
  readonly path: string;
}

/** The schema of tables for all runs; from those with a run_id, only the run's rows are exported. */
const SHARED_SCHEMA = 'main';

/**
 * Writes tables of a run to files. The warehouse is opened read-only, when no worker is writing it.
 * @param run null: the only run; of shared tables, all runs.
 * @param tables null: all tables of the run. Views (`published_windows`) and shared tables (`packets`, `trials`, …) only by name.
 * @param pathOf the file for a table.
 * @throws ExportError naming the missing run or tables, and the errors of `readWhenFree`
 */
export async function exportRun(
  warehousePath: string,
  run: string | null,
  tables: readonly string[] | null,
  format: ExportFormat,
  pathOf: (table: string) => string,
): Promise<ExportedTable[]> {
  return await readWhenFree(warehousePath, async (warehouse) => {
    const query = async (sql: string, params: Record<string, string>): Promise<string[]> =>
      (await warehouse.rows(sql, params)).flatMap((row) => Object.values(row).map(String));
    const runs = await query('select run_id from main.runs order by run_id', {});
    const namesIn = (schema: string): Promise<string[]> =>
      query(
        'select table_name from duckdb_tables() where schema_name = $schema and database_name = current_database() order by table_name',
        { schema },
      );
    const shared = await namesIn(SHARED_SCHEMA);
    if (run === null && tables?.every((table) => shared.includes(table)) === true)
      return await writeTables(
        warehouse,
        tables.map((table) => ({ table, schema: SHARED_SCHEMA, where: '' })),
        format,
        pathOf,
      );
    const runId = run ?? (runs.length === 1 ? runs[0] : undefined);
    if (runId === undefined || !runs.includes(runId)) {
      const known = `known runs: ${runs.join(', ') || 'none'}`;
      throw new ExportError(
        run === null
          ? `name a run with --run ID; ${known}; without one, tables of all runs are written, such as all_sessions`
          : `there is no run ${run}; ${known}`,
      );
    }
    const own = await namesIn(runSchema(runId));
    const views = await query(
      'select view_name from duckdb_views() where schema_name = $schema and database_name = current_database()',
      { schema: runSchema(runId) },
    );
    const wanted = tables ?? own;
    const missing = wanted.filter((table) => ![...own, ...views, ...shared].includes(table));
    if (missing.length > 0) {
      throw new ExportError(
        `run ${runId} has no table ${missing.join(', ')}; it has ${[...own, ...views].join(', ') || 'none'}; shared by all runs are ${shared.join(', ')}`,
      );
    }
    const sources: TableRows[] = [];
    for (const table of wanted) {
      const schema = [...own, ...views].includes(table) ? runSchema(runId) : SHARED_SCHEMA;
      const keys = await query(
        "select column_name from duckdb_columns() where schema_name = $schema and table_name = $table and column_name = 'run_id'",
        { schema, table },
      );
      const where = keys.length > 0 ? ` where run_id = ${quoteText(runId)}` : '';
      sources.push({ table, schema, where });
    }
    return await writeTables(warehouse, sources, format, pathOf);
  });
}

/** Rows of a table that are written. */
interface TableRows {
  readonly table: string;
  readonly schema: string;
  readonly where: string;
}

async function writeTables(
  warehouse: Warehouse,
  sources: readonly TableRows[],
  format: ExportFormat,
  pathOf: (table: string) => string,
): Promise<ExportedTable[]> {
  const exported: ExportedTable[] = [];
  for (const { table, schema, where } of sources) {
    const path = pathOf(table);
    await exportTable(warehouse, `from ${identifier(schema)}.${identifier(table)}${where}`, path, format);
    exported.push({ table, path });
  }
  return exported;
}
