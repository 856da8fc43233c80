import { DatasetError } from '../../common/dataset-error.js';
import { QueryError } from '../core/query-error.js';
import type { Warehouse } from '../core/warehouse.js';
import { readRun } from './list-runs.js';

/** Rows of a query, as JSON values. */
export interface QueryRows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** There are more rows than were asked for. */
  readonly isCut: boolean;
}

/**
 * The rows of a user's query, which can neither read nor write files: a database that is opened read-only still copies
 * tables to files, and reads any file of its user.
 * @param run looks for tables in this run first; null: in `main`
 * @param most rows
 * @throws DatasetError if there is no such run, or the query names a file
 */
export async function queryRows(
  warehouse: Warehouse,
  sql: string,
  run: string | null,
  most: number,
): Promise<QueryRows> {
  if (run !== null) await readRun(warehouse, run);
  await warehouse.run('set enable_external_access = false; set lock_configuration = true');
  const { names, rows } = await warehouse.firstRows(sql, most + 1).catch((error: unknown) => {
    if (!(error instanceof QueryError && /disabled (by|through) configuration/.test(error.message)))
      throw error;
    throw new DatasetError(
      'a query reads the tables of the warehouse, and no files: vqi query --json or --csv prints its rows, vqi export writes tables to files',
      { cause: error },
    );
  });
  return { names, rows: rows.slice(0, most), isCut: rows.length > most };
}
