import { fileName } from '../../common/file-name.js';
import type { HomePaths } from '../dependencies.js';
import type { StoredFiles } from '../stored-files.js';

/**
 * Publishes finished runs for people and programs that have no access to the machine of the warehouse: their folders
 * (`runs/RUN/`, named as at home), their tables as Parquet, partitioned by run (`tables/TABLE/run_id=RUN/`), and a copy of the
 * DuckDB file (`snapshots/warehouse.duckdb`), which no activity opens meanwhile. Without a store, nothing happens.
 * @param isReplaced whether the store may have tables of these runs that they no longer have
 */
export async function publishToStore(
  stored: StoredFiles,
  paths: HomePaths,
  runIds: readonly string[],
  isReplaced: boolean,
): Promise<void> {
  if (stored.store === null) return;
  for (const runId of runIds) {
    await stored.keepFolder(`runs/${fileName(runId)}`, paths.run(runId));
    await stored.keepTables(partition(runId), paths.run(runId), isReplaced);
  }
  await stored.store.put('snapshots/warehouse.duckdb', paths.warehouse);
}

/** Readers get the id of the run from the name; one that is too long for a name is shortened, as its folder is. */
function partition(runId: string): string {
  const encoded = encodeURIComponent(runId);
  return `run_id=${encoded.length <= 200 ? encoded : fileName(runId)}`;
}
