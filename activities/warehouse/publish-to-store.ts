import type { HomePaths } from '../dependencies.js';
import type { StoredFiles } from '../stored-files.js';

/**
 * Publishes finished runs for people and programs that have no access to the machine of the warehouse: their folders
 * (`runs/RUN/`), their tables as Parquet, partitioned by run (`tables/TABLE/run_id=RUN/`), and a copy of the DuckDB file
 * (`snapshots/warehouse.duckdb`), which nothing opens meanwhile. Without a store, nothing happens.
 */
export async function publishToStore(
  stored: StoredFiles,
  paths: HomePaths,
  runIds: readonly string[],
): Promise<void> {
  if (stored.store === null) return;
  for (const runId of runIds) {
    await stored.keepFolder(`runs/${encodeURIComponent(runId)}`, paths.run(runId));
    await stored.keepTables(runId, paths.run(runId));
  }
  await stored.store.put('snapshots/warehouse.duckdb', paths.warehouse);
}
