import { VqiError } from '../../common/vqi-error.js';
import { BIGINT, INTEGER, list, VARCHAR } from '../core/duckdb.js';
import type { Warehouse } from '../core/warehouse.js';
import { removeRun } from './replace-run.js';

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

/** A capture of a run is not in this file, so that its sessions would be missing without a word. */
export class MissingCaptureError extends VqiError {
  override readonly name = 'MissingCaptureError';
  override readonly retry = 'never';
}

/**
 * Records the run and its sources; rows, tables and views of an earlier, unfinished run with the same id are removed.
 * @throws MissingCaptureError if a source's capture is not in `captures`
 */
export async function registerRun(
  warehouse: Warehouse,
  run: { readonly runId: string; readonly config: unknown; readonly simulated: boolean },
  sources: readonly RunSource[],
): Promise<void> {
  const runId = run.runId;
  await requireCaptures(warehouse, sources);
  await removeRun(warehouse, runId);
  await recordSources(warehouse, runId, sources);
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

/** In one statement: one for each source takes minutes for very many. */
async function recordSources(
  warehouse: Warehouse,
  runId: string,
  sources: readonly RunSource[],
): Promise<void> {
  const texts = (of: (source: RunSource) => string | null): ReturnType<typeof list> =>
    list(sources.map(of), VARCHAR);
  await warehouse.run(
    `insert into main.run_sources select $run_id, unnest($capture_ids), unnest($session_ids),
      unnest($capture_names), unnest($sites), unnest($video_ids), unnest($home_ids), unnest($resolutions_px)`,
    {
      run_id: runId,
      capture_ids: list(
        sources.map(({ captureId }) => BigInt(captureId)),
        BIGINT,
      ),
      session_ids: texts(({ sessionId }) => sessionId),
      capture_names: texts(({ captureName }) => captureName),
      sites: texts(({ site }) => site),
      video_ids: texts(({ videoId }) => videoId),
      home_ids: texts(({ homeId }) => homeId),
      resolutions_px: list(
        sources.map(({ resolutionPx }) => resolutionPx),
        INTEGER,
      ),
    },
  );
}

async function requireCaptures(warehouse: Warehouse, sources: readonly RunSource[]): Promise<void> {
  const ids = [...new Set(sources.map(({ captureId }) => BigInt(captureId)))];
  if (ids.length === 0) return;
  const rows = await warehouse.rows(
    'select unnest($ids)::varchar as capture_id except select capture_id::varchar from main.captures',
    { ids: list(ids, BIGINT) },
  );
  const missing = new Set(rows.map((row) => String(row['capture_id'])));
  const [example] = sources.filter(({ captureId }) => missing.has(captureId));
  if (example !== undefined)
    throw new MissingCaptureError(
      `${missing.size} of ${ids.length} captures of the run are not in this warehouse, for example ${example.captureName}: another worker with another home took them, or the warehouse was replaced meanwhile; start the run again`,
    );
}
