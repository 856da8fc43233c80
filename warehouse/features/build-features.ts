import { MEDIA_BYTES } from '../../schemas/capture.js';
import type { AnalyseCaptureConfig, RunConfig } from '../../schemas/run-config.js';
import type { ServiceRule } from '../../schemas/services.js';
import { writeServiceRules } from '../captures/service-rules.js';
import { BIGINT, list } from '../core/duckdb.js';
import { buildModels, runChecks, type ModelParams } from '../core/run-models.js';
import type { Warehouse } from '../core/warehouse.js';
import { writeFeatureCatalogue } from './feature-catalogue.js';
import { makePublishedWindows } from './published-windows.js';

/** Without a limit, DuckDB keeps every packet that it has read in memory; with one, it writes what does not fit to files. */
const FEATURE_MEMORY = '1GB';

type CaptureSettings = Pick<RunConfig & AnalyseCaptureConfig, 'windows' | 'service' | 'sessionGapSeconds'> &
  Partial<Pick<RunConfig, 'features'>>;

/**
 * Builds sessions, windows and features of a run's captures, each table from its file in `sql/`, and runs the checks.
 * @param furtherFolders of `sql/`, whose tables are built too
 * @returns rows per table
 */
export async function buildFeatureTables(
  warehouse: Warehouse,
  runId: string,
  settings: CaptureSettings,
  rules: readonly ServiceRule[],
  onTable: (table: string) => void,
  furtherFolders: readonly string[] = [],
): Promise<Record<string, number>> {
  await writeServiceRules(warehouse, rules);
  await writeFeatureCatalogue(warehouse, settings.features);
  const captures = await warehouse.rows(
    'select distinct capture_id::varchar as id from main.run_sources where run_id = $run_id',
    { run_id: runId },
  );
  const params: ModelParams = {
    run_id: runId,
    capture_ids: list(
      captures.map(({ id }) => BigInt(String(id))),
      BIGINT,
    ),
    find_service: settings.service.find,
    min_named_share: settings.service.minNamedShare,
    assumed_service: settings.service.assumedName,
    session_gap_seconds: settings.sessionGapSeconds,
    window_seconds: settings.windows.seconds,
    align: settings.windows.align,
    lengths: settings.windows.lengths,
    media_bytes: MEDIA_BYTES,
  };
  await warehouse.run(`
    -- Compressing texts and doubles takes half of the time to close the file, and saves 2 % of the tables' size.
    set disabled_compression_methods = 'fsst,alp,alprd';
    set memory_limit = '${FEATURE_MEMORY}';
    -- The commit then writes the tables to their place at once, not first to the log and again when the file is closed.
    set wal_autocheckpoint = '1KB'`);
  const folders = ['20_staging', '30_features', '31_media', ...furtherFolders];
  const rows = await buildModels(warehouse, folders, params, onTable);
  await makePublishedWindows(warehouse, runId);
  await runChecks(warehouse, runId, Object.keys(rows), params);
  return rows;
}
