import { createHash } from 'node:crypto';
import type { ServiceRule } from '../../schemas/services.js';
import { IDENTIFYING_COLUMNS, LABEL_SIDE_COLUMNS } from '../../schemas/label-side-columns.js';
import { CAPTURE_COLUMNS } from '../../schemas/features/capture-columns.js';
import type { AnalyseCaptureConfig, RunConfig } from '../../schemas/run-config.js';
import { DatasetError } from '../../schemas/dataset-error.js';
import { DuckDBListValue } from '../core/duckdb.js';
import type { SqlValue, Warehouse } from '../core/warehouse.js';
import type { DatasetSource } from '../datasets/dataset-columns.js';
import { writeFeatureCatalogue } from './feature-catalogue.js';
import { findCopies } from './find-copies.js';
import { identifier, runSchema } from '../core/identifier.js';
import { findImpossibleValues } from './impossible-values.js';
import { buildModels, runChecks, type ModelParams } from '../core/run-models.js';
import { readSqlFolder } from '../core/sql-files.js';
import { makePublishedWindows } from './published-windows.js';
import { writeServiceRules } from '../captures/service-rules.js';

/** A run's source as the tables know it. */
export interface RunSource {
  readonly captureId: string;
  readonly sessionId: string;
  readonly captureName: string;
  readonly site: string | null;
  readonly videoId: string | null;
  readonly homeId: string | null;
  readonly resolutionPx: number | null;
}

/** Left to itself, DuckDB keeps every packet that it has read in memory; with less it writes what it cannot hold to files. */
const FEATURE_MEMORY = '1GB';

/** A flow with a segment of this size carries media; pages, scripts and API calls are mostly smaller. */
const MEDIA_BYTES = 20_000;

export type Progress = (table: string) => void;

type CaptureSettings = Pick<RunConfig & AnalyseCaptureConfig, 'windows' | 'service' | 'sessionGapSeconds'> &
  Partial<Pick<RunConfig, 'features'>>;

const list = (items: readonly SqlValue[]): SqlValue => new DuckDBListValue([...items]);

/** Notes the run and its sources; what an earlier run of the same id left, tables of whatever kind too, gives way. */
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
    'insert or replace into main.runs values ($run_id, $config::json, $simulated, $state)',
    {
      run_id: runId,
      config: JSON.stringify(run.config),
      simulated: run.simulated,
      state: 'building',
    },
  );
}

/** DuckDB makes no table where a view stands, nor the other way round; and what the new run does not make would pass for its own. */
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

/**
 * Sessions, windows and features of a run's captures, each table from its file in `sql/`; then the checks.
 * @param furtherFolders of `sql/`, whose tables are made with them
 */
export async function buildFeatures(
  warehouse: Warehouse,
  runId: string,
  settings: CaptureSettings,
  rules: readonly ServiceRule[],
  onTable: Progress,
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
    capture_ids: list(captures.map(({ id }) => BigInt(String(id)))),
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
    -- For texts and doubles these cost a half of the time of closing the file, and save 2 % of what the tables take.
    set disabled_compression_methods = 'fsst,alp,alprd';
    set memory_limit = '${FEATURE_MEMORY}';
    -- The commit then writes the tables to their place at once, not to the log first and there when the file is closed.
    set wal_autocheckpoint = '1KB'`);
  const folders = ['20_staging', '30_features', ...furtherFolders];
  const rows = await buildModels(warehouse, folders, params, onTable);
  await makePublishedWindows(warehouse, runId);
  await runChecks(warehouse, runId, Object.keys(rows), params);
  return rows;
}

/** Rows of one resolution in one session, with the group that no split may part. */
export interface SplitRows {
  readonly group: string;
  readonly session: string;
  readonly label: number;
  readonly rows: number;
}

/** Divides sessions: fold by session, -1 for those that are held out. */
export type AssignSessions = (rows: readonly SplitRows[]) => ReadonlyMap<string, number>;

/** Cleaned dataset, splits and training set of a run; then the checks. */
export async function buildTrainingTables(
  warehouse: Warehouse,
  runId: string,
  config: RunConfig,
  ladder: readonly number[],
  assignSessions: AssignSessions,
  onTable: Progress,
): Promise<Record<string, number>> {
  const isDataset = config.source.kind === 'dataset';
  const excluded = config.source.kind === 'dataset' ? excludedColumns(config.source) : [];
  const params: ModelParams = {
    ladder: list(ladder),
    window_seconds: config.windows.seconds,
    keep_switches: config.cleaning.keepSwitchWindows,
    label_side_columns: list(LABEL_SIDE_COLUMNS),
    identifying_columns: list([...IDENTIFYING_COLUMNS, ...excluded]),
    for_captures: config.source.kind === 'dataset' && config.source.forCaptures,
    capture_columns: list(CAPTURE_COLUMNS),
    max_null_share: config.cleaning.maxNullShare ?? (isDataset ? 0 : 0.5),
    split_by: config.split.by,
  };
  const raw = isDataset ? '40_dataset_file' : '40_dataset_captures';
  const profiled = await buildModels(warehouse, [raw, '44_profile'], params, onTable);
  await requireRows(warehouse, config);
  onTable('impossible_values');
  await findImpossibleValues(warehouse);
  onTable('column_copies');
  await findCopies(warehouse);
  const cleaned = await buildModels(warehouse, ['45_cleaning'], params, onTable);
  await requireGroups(warehouse, config.split.by);
  await writeAssignments(warehouse, assignSessions);
  const split = await buildModels(warehouse, ['47_splits'], params, onTable);
  const rows = { ...profiled, ...cleaned, ...split };
  await runChecks(warehouse, runId, Object.keys(rows), params);
  return rows;
}

/** What the configuration keeps from the inputs: columns by name, and those that order or group sessions. */
function excludedColumns({ excludeColumns, timeColumn, groupColumns }: DatasetSource): string[] {
  const roles = [timeColumn, ...Object.values(groupColumns)].filter((name) => name !== undefined);
  return [...excludeColumns, ...roles].map((name) => name.toLowerCase());
}

/** Hash over the statements that make the tables of a dataset: with others, the same file gives other tables. */
export function trainingSqlDigest(): string {
  const hash = createHash('sha256');
  for (const folder of ['40_dataset_file', '44_profile', '45_cleaning', '47_splits'])
    for (const { name, sql } of readSqlFolder(folder)) hash.update(`${name}\0${sql}\0`);
  return hash.digest('hex');
}

/** Fails where nothing is left to learn from, and says what became of the rows. */
async function requireRows(warehouse: Warehouse, { source }: RunConfig): Promise<void> {
  const [kept] = await warehouse.rows(
    'select count(*)::integer as rows from cleaned_rows where dropped_by is null',
  );
  if (Number(kept?.['rows']) > 0) return;
  const dropped = await warehouse.rows(
    'select dropped_by, count(*)::integer as rows from cleaned_rows group by all order by rows desc',
  );
  const fate = dropped.map((row) => `${String(row['rows'])} rows, ${String(row['dropped_by'])}`).join('; ');
  throw new DatasetError(
    `${source.kind === 'dataset' ? source.path : source.directory}: cleaning left no row: ${fate || 'there were none'}`,
  );
}

/** Fails where a labelled session does not say which group it belongs to: it might stand on both sides. */
async function requireGroups(warehouse: Warehouse, splitBy: RunConfig['split']['by']): Promise<void> {
  const [first, ...more] = await warehouse.rows(`
    select distinct session_group
    from dataset_clean
    where session_group not in (select session_group from split_groups)
    order by session_group`);
  if (first === undefined) return;
  throw new DatasetError(
    `split.by is ${splitBy}, but session ${String(first['session_group'])}${more.length === 0 ? '' : ` and ${more.length} more`} name no ${splitBy}`,
  );
}

async function writeAssignments(warehouse: Warehouse, assignSessions: AssignSessions): Promise<void> {
  const rungs = await warehouse.rows('select * from session_rungs order by all');
  const assigned = assignSessions(
    rungs.map((row) => ({
      group: String(row['split_group']),
      session: String(row['session_group']),
      label: Number(row['resolution_px']),
      rows: Number(row['row_count']),
    })),
  );
  await warehouse.run(
    'create or replace table split_assignments as select unnest($sessions) as session_group, unnest($folds)::integer as fold',
    { sessions: list([...assigned.keys()]), folds: list([...assigned.values()]) },
  );
}
