import { runSchema } from '../../common/run-schema.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/** Rows of a query, as JSON values. */
export interface QueryRows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** There are more rows than were asked for. */
  readonly isCut: boolean;
}

/**
 * The rows of a user's query.
 * @param run looks for tables in this run first; null: in `main`
 * @param most rows
 */
export async function queryRows(
  warehouse: Warehouse,
  sql: string,
  run: string | null,
  most: number,
): Promise<QueryRows> {
  if (run !== null) {
    const path = `${identifier(runSchema(run))},main`.replaceAll("'", "''");
    await warehouse.run(`set search_path = '${path}'`);
  }
  const { names, rows } = await warehouse.firstRows(sql, most + 1);
  return { names, rows: rows.slice(0, most), isCut: rows.length > most };
}
