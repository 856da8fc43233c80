import { runSchema, identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/** A source of a run, as `run_sources` has it. */
export interface RunSource {
  readonly captureId: string;
  readonly sessionId: string;
  readonly captureName: string;
  readonly site: string | null;
  readonly videoId: string | null;
  readonly homeId: string | null;
  readonly resolutionPx: number | null;
}

/** Records the run and its sources; rows, tables and views of an earlier run with the same id are removed. */
export async function registerRun(
  warehouse: Warehouse,
  run: { readonly runId: string; readonly config: unknown; readonly simulated: boolean },
  sources: readonly RunSource[],
): Promise<void> {
  const runId = run.runId;
  await dropTables(warehouse, runId);
  await warehouse.run('delete from main.run_sources where run_id = $run_id', { run_id: runId });
  for (const source of sources) {
    await warehouse.run(
      'insert into main.run_sources values ($run_id, $capture_id::bigint, $session_id, $capture_name, $site, $video_id, $home_id, $resolution_px)',
      {
        run_id: runId,
        capture_id: source.captureId,
        session_id: source.sessionId,
        capture_name: source.captureName,
        site: source.site,
        video_id: source.videoId,
        home_id: source.homeId,
        resolution_px: source.resolutionPx,
      },
    );
  }
  await warehouse.run(
    'insert or replace into main.runs (run_id, config, simulated, state) values ($run_id, $config::json, $simulated, $state)',
    {
      run_id: runId,
      config: JSON.stringify(run.config),
      simulated: run.simulated,
      state: 'building',
    },
  );
}

/** DuckDB does not replace a view by a table, nor the other way round; and old tables would pass for the new run's. */
async function dropTables(warehouse: Warehouse, runId: string): Promise<void> {
  const schema = runSchema(runId);
  const tables = await warehouse.rows(
    `select 'table' as kind, table_name as name from duckdb_tables() where schema_name = $schema
    union all
    select 'view' as kind, view_name as name from duckdb_views() where schema_name = $schema`,
    { schema },
  );
  for (const { kind, name } of tables)
    await warehouse.run(`drop ${String(kind)} ${identifier(schema)}.${identifier(String(name))}`);
}
