import { createHash } from 'node:crypto';
import { countText } from '../../common/count-text.js';
import { DatasetError } from '../../common/dataset-error.js';
import { MEDIA_BYTES } from '../../schemas/capture.js';
import { GROUP_KINDS, type GroupKind } from '../../schemas/dataset-adapters.js';
import { CAPTURE_COLUMNS } from '../../schemas/features/capture-columns.js';
import { IDENTIFYING_COLUMNS, LABEL_SIDE_COLUMNS } from '../../schemas/label-side-columns.js';
import type { RunConfig } from '../../schemas/run-config.js';
import { INTEGER, list, VARCHAR } from '../core/duckdb.js';
import { fill } from '../core/fill.js';
import { buildModels, runChecks, type ModelParams } from '../core/run-models.js';
import { readSqlFolder, withoutComments } from '../core/sql-files.js';
import type { Warehouse } from '../core/warehouse.js';
import type { DatasetSource } from '../datasets/dataset-columns.js';
import { datasetWarnings } from '../datasets/dataset-warnings.js';
import { findCopies } from './find-copies.js';
import { findImpossibleValues } from './impossible-values.js';
import { buildSplicedSet } from './spliced-training.js';

/** Rows of one resolution in one session, with the group that no split separates. */
export interface SplitRows {
  readonly group: string;
  readonly session: string;
  readonly label: number;
  readonly rows: number;
}

/** One site, video, home or date of a session. */
export interface GroupValue {
  readonly session: string;
  readonly kind: GroupKind;
  readonly value: string;
}

/** Sessions divided among the held-out part and the folds of the search. */
export interface AssignedSessions {
  /** Fold by session, -1 for those that are held out. */
  readonly folds: ReadonlyMap<string, number>;
  /** Group of the other sessions, which no fold separates. */
  readonly foldGroups: ReadonlyMap<string, string>;
  /** Kinds of groups that were tried for the folds. */
  readonly tried: readonly {
    readonly kind: GroupKind | 'session';
    readonly groups: number;
    readonly isChosen: boolean;
    readonly reason: string;
  }[];
}

/** Assigns sessions to folds. */
export type AssignSessions = (rows: readonly SplitRows[], values: readonly GroupValue[]) => AssignedSessions;

/** Rows per table, and why a run on captures has no spliced sessions to learn from; null if it has, or none are wanted. */
export interface TrainingTables {
  readonly rows: Readonly<Record<string, number>>;
  readonly notSpliced: string | null;
}

/** Builds cleaned dataset, splits, training set and spliced set of a run, and runs the checks. */
export async function buildTrainingTables(
  warehouse: Warehouse,
  runId: string,
  config: RunConfig,
  ladder: readonly number[],
  assignSessions: AssignSessions,
  onTable: (table: string) => void,
): Promise<TrainingTables> {
  const isDataset = config.source.kind === 'dataset';
  const { roles, excluded } =
    config.source.kind === 'dataset' ? namedColumns(config.source) : { roles: [], excluded: [] };
  const params: ModelParams = {
    ladder: list(ladder, INTEGER),
    window_seconds: config.windows.seconds,
    keep_switches: config.cleaning.keepSwitchWindows,
    label_side_columns: list(LABEL_SIDE_COLUMNS, VARCHAR),
    identifying_columns: list([...IDENTIFYING_COLUMNS, ...roles], VARCHAR),
    excluded_columns: list(excluded, VARCHAR),
    for_captures: config.source.kind === 'dataset' && config.source.forCaptures,
    capture_columns: list(CAPTURE_COLUMNS, VARCHAR),
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
  if (isDataset) return { rows, notSpliced: null };
  onTable('spliced_set');
  const plan = { share: config.splicedShare, seed: config.seed };
  const media = { window_seconds: config.windows.seconds, media_bytes: MEDIA_BYTES };
  return { rows, notSpliced: await buildSplicedSet(warehouse, plan, media) };
}

/** Columns, in lower case, that the configuration keeps from the inputs: those that order or group sessions, and by name. */
function namedColumns({ excludeColumns, timeColumn, groupColumns }: DatasetSource): {
  roles: string[];
  excluded: string[];
} {
  const lower = (names: readonly (string | undefined)[]): string[] =>
    names.flatMap((name) => name?.toLowerCase() ?? []);
  return { roles: lower([timeColumn, ...Object.values(groupColumns)]), excluded: lower(excludeColumns) };
}

/** Hash over the statements that make the tables of a dataset: if they change, the same file gives other tables. */
export function trainingSqlDigest(): string {
  const hash = createHash('sha256');
  for (const folder of ['40_dataset_file', '44_profile', '45_cleaning', '47_splits'])
    for (const { name, sql } of readSqlFolder(folder)) hash.update(`${name}\0${withoutComments(sql)}\0`);
  return hash.digest('hex');
}

/** @throws DatasetError if no row is left to learn from, with the rules that dropped the rows. */
async function requireRows(warehouse: Warehouse, { source }: RunConfig): Promise<void> {
  const [kept] = await warehouse.rows(
    'select count(*)::integer as rows from cleaned_rows where dropped_by is null',
  );
  if (Number(kept?.['rows']) > 0) return;
  const dropped = await warehouse.rows(
    'select dropped_by, count(*)::integer as rows from cleaned_rows group by all order by rows desc, dropped_by',
  );
  const fate = dropped
    .map((row) => `${countText(Number(row['rows']), 'row')}, ${String(row['dropped_by'])}`)
    .join('; ');
  const said = source.kind === 'dataset' ? await datasetWarnings(warehouse) : [];
  throw new DatasetError(
    [
      `${source.kind === 'dataset' ? source.path : source.directory}: cleaning left no row: ${fate || 'there were no rows'}`,
      ...said,
    ].join('; '),
  );
}

/** @throws DatasetError if a labelled session has no group: it could be on both sides of the split. */
async function requireGroups(warehouse: Warehouse, splitBy: RunConfig['split']['by']): Promise<void> {
  const [first, ...more] = await warehouse.rows(`
    select distinct session_group
    from dataset_clean
    where session_group not in (select session_group from split_groups)
    order by session_group`);
  if (first === undefined) return;
  throw new DatasetError(
    `split.by is ${splitBy}, but session ${String(first['session_group'])}${more.length === 0 ? ' has' : ` and ${more.length} more have`} no ${splitBy}`,
  );
}

async function writeAssignments(warehouse: Warehouse, assignSessions: AssignSessions): Promise<void> {
  const rungs = await warehouse.rows('select * from session_rungs order by all');
  const values = await warehouse.rows(
    `select session_group, kind, value
    from group_values
    where list_contains($kinds, kind) and session_group in (select session_group from session_rungs)
    order by all`,
    { kinds: list(GROUP_KINDS, VARCHAR) },
  );
  const { folds, foldGroups, tried } = assignSessions(
    rungs.map((row) => ({
      group: String(row['split_group']),
      session: String(row['session_group']),
      label: Number(row['resolution_px']),
      rows: Number(row['row_count']),
    })),
    values.map((row) => ({
      session: String(row['session_group']),
      kind: row['kind'] as GroupKind,
      value: String(row['value']),
    })),
  );
  await fill(
    warehouse,
    'split_assignments',
    Array.from(folds, ([session_group, fold]) => ({
      session_group,
      fold,
      fold_group: foldGroups.get(session_group) ?? null,
    })),
  );
  await fill(
    warehouse,
    'fold_groups',
    tried.map(({ kind, groups, isChosen, reason }) => ({ kind, groups, is_chosen: isChosen, reason })),
  );
}
