import { list, VARCHAR } from '../core/duckdb.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/** Tables of `main` with the rows of every finished run, by the table of a run that they come from. */
const TABLES = {
  sessions_summary: 'all_sessions',
  resolution_timeline: 'all_timelines',
  skipped_captures: 'all_skipped_captures',
} as const;

/** Columns that say which run a row is of. */
const OF_RUN = ['run_id', 'run_began_at'] as const;

/** A part of a cross-evaluation, whose windows the cross-evaluation has too. */
const PART = /\/part-\d+$/;

/**
 * Copies the rows of the current run, which is finished, to the tables of all runs; rows of an earlier run with this id are
 * replaced. Parts of cross-evaluations are left out.
 * @param present tables of the run
 */
export async function addToAllRuns(
  warehouse: Warehouse,
  runId: string,
  present: ReadonlySet<string>,
): Promise<void> {
  if (PART.test(runId)) return;
  for (const [table, ofAll] of Object.entries(TABLES)) {
    const all = `main.${identifier(ofAll)}`;
    await warehouse.run(`delete from ${all} where run_id = $run_id`, { run_id: runId });
    if (!present.has(table)) continue;
    const columns = await warehouse.rows(
      `select column_name as name from duckdb_columns()
        where schema_name = 'main' and database_name = current_database() and table_name = $table and not list_contains($of_run, column_name)
        order by column_index`,
      { table: ofAll, of_run: list([...OF_RUN], VARCHAR) },
    );
    const names = columns.map(({ name }) => identifier(String(name))).join(', ');
    await warehouse.run(
      `insert into ${all} (${OF_RUN.join(', ')}, ${names})
        select $run_id, (select began_at from main.runs where run_id = $run_id), ${names} from ${identifier(table)}`,
      { run_id: runId },
    );
  }
}
