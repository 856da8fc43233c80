import { isRetryBuild, runIdOf } from '../../common/build-id.js';
import { DatasetError } from '../../common/dataset-error.js';
import { runSchema } from '../../common/run-schema.js';
import type { TrialSetting } from '../../schemas/search.js';
import { list, VARCHAR } from '../core/duckdb.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/**
 * State of a run in `runs`. `building` and `searching`: its workflow is running. `terminated`: it was ended from outside,
 * without a last step.
 */
export type RunState = 'building' | 'searching' | 'completed' | 'cancelled' | 'failed' | 'terminated';

/** A row of `trials`. */
export interface StoredTrial {
  readonly trial: number;
  readonly setting: TrialSetting;
  readonly state: string;
  readonly budgetShare: number;
  readonly attempts: number;
  readonly macroF1: number | null;
  /** 95 % interval of macroF1. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly foldsPath: string | null;
  readonly warnings: readonly string[];
}

/** A search as it is stored. */
export interface StoredSearch<Input> {
  readonly input: Input;
  readonly state: RunState;
  readonly trials: readonly StoredTrial[];
  /** The trial whose model was published last; null if there is none. */
  readonly bestTrial: number | null;
}

/** Tables that a search makes; all others of a run are made before it. */
const RESULT_TABLES = [
  'sessions_summary',
  'predictions',
  'evaluation',
  'evaluation_by_switch',
  'confusion_matrix',
  'resolution_timeline',
  'leak_check',
  'leakage_gap',
];

/** Stores the input of a search, and marks its run as searching. */
export async function saveSearch(warehouse: Warehouse, runId: string, input: unknown): Promise<void> {
  await warehouse.run('insert or replace into main.searches values ($run_id, $input::json)', {
    run_id: runId,
    input: JSON.stringify(input),
  });
  await setRunState(warehouse, runId, 'searching');
}

/** Null if there is no such run. */
export async function runState(warehouse: Warehouse, runId: string): Promise<RunState | null> {
  const [row] = await warehouse.rows('select state from main.runs where run_id = $run_id', { run_id: runId });
  return row === undefined ? null : (String(row['state']) as RunState);
}

export async function setRunState(warehouse: Warehouse, runId: string, state: RunState): Promise<void> {
  await warehouse.run("update main.runs set state = $state where run_id = $run_id and state <> 'completed'", {
    run_id: runId,
    state,
  });
}

/**
 * Records how a run ended without a result, and why: also of a run that failed before it had any table. A finished run stays
 * finished, whatever failed after its results were visible.
 * @param request the input of its workflow, as JSON
 */
export async function closeRun(
  warehouse: Warehouse,
  runId: string,
  state: RunState,
  reason: string | null,
  request: string,
): Promise<void> {
  await warehouse.run(
    `insert into main.runs (run_id, config, simulated, state, reason) values ($run_id, $config::json, false, $state, $reason)
      on conflict do update set state = excluded.state, reason = excluded.reason
      where runs.state <> 'completed'`,
    { run_id: runId, config: request, state, reason },
  );
}

/** Records that a finished run is not where readers without access to this machine look for it, and why. */
export async function recordUnpublished(warehouse: Warehouse, runId: string, reason: string): Promise<void> {
  await warehouse.run('update main.runs set reason = $reason where run_id = $run_id', {
    run_id: runId,
    reason,
  });
}

/** Records that a finished run stays as it is, because the build that was to replace it, or its results, ended without a result. */
export async function recordKept(
  warehouse: Warehouse,
  buildId: string,
  state: RunState,
  reason: string | null,
): Promise<void> {
  const what = isRetryBuild(buildId) ? 'the retry of one of its trials' : 'its replacement';
  const ended = `${what} ${state === 'failed' ? state : `was ${state}`}`;
  await warehouse.run(
    "update main.runs set reason = $reason where run_id = $run_id and state = 'completed'",
    { run_id: runIdOf(buildId), reason: reason === null ? ended : `${ended}: ${reason}` },
  );
}

/** The ids of all runs. */
export async function allRuns(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.rows('select run_id from main.runs order by run_id');
  return rows.map((row) => String(row['run_id']));
}

/** Runs that are not marked as ended. */
export async function unfinishedRuns(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.rows(
    "select run_id from main.runs where state in ('building', 'searching') order by run_id",
  );
  return rows.map((row) => String(row['run_id']));
}

/** The error about a run whose search is not known. @param isRun whether there is such a run, without a search */
export function unknownRun(runId: string, known: readonly string[], isRun = false): DatasetError {
  return new DatasetError(
    `${isRun ? `run ${runId} has no search, because its command trains no model` : `there is no search of a run ${runId}`}; known searches: ${known.join(', ') || 'none'}`,
  );
}

/** The error about a run without a search, with the searches that the warehouse has. */
export async function noSearch(warehouse: Warehouse, runId: string): Promise<DatasetError> {
  const known = await warehouse.rows('select run_id from main.searches order by run_id');
  return unknownRun(
    runId,
    known.map((row) => String(row['run_id'])),
    (await runState(warehouse, runId)) !== null,
  );
}

/** The error about a trial that a search does not have. */
export function unknownTrial(runId: string, trial: number, known: readonly number[]): DatasetError {
  return new DatasetError(`there is no trial ${trial}; ${runId} has the trials ${known.join(', ')}`);
}

/** @throws DatasetError naming the known searches if the run has none. */
export async function loadSearch<Input>(warehouse: Warehouse, runId: string): Promise<StoredSearch<Input>> {
  const [search] = await warehouse.rows(
    'select input, state from main.searches join main.runs using (run_id) where run_id = $run_id',
    { run_id: runId },
  );
  if (search === undefined) throw await noSearch(warehouse, runId);
  const trials = await warehouse.rows('from main.trials where run_id = $run_id order by trial', {
    run_id: runId,
  });
  const [best] = await warehouse.rows(
    'select trial from main.models where run_id = $run_id order by created_at desc limit 1',
    { run_id: runId },
  );
  return {
    input: JSON.parse(String(search['input'])) as Input,
    state: String(search['state']) as RunState,
    trials: trials.map((row) => ({
      trial: Number(row['trial']),
      setting: JSON.parse(String(row['setting'])) as TrialSetting,
      state: String(row['state']),
      budgetShare: Number(row['budget_share']),
      attempts: Number(row['attempts']),
      macroF1: row['macro_f1'] === null ? null : Number(row['macro_f1']),
      interval:
        row['macro_f1_low'] === null
          ? null
          : { low: Number(row['macro_f1_low']), high: Number(row['macro_f1_high']) },
      foldsPath: typeof row['folds_path'] === 'string' ? row['folds_path'] : null,
      warnings: Array.isArray(row['warnings']) ? row['warnings'].map(String) : [],
    })),
    bestTrial: best === undefined ? null : Number(best['trial']),
  };
}

/** Gives a run views of another run's tables: all those made before its search. */
export async function adoptTables(warehouse: Warehouse, runId: string, baseRunId: string): Promise<void> {
  const tables = await warehouse.rows(
    'select table_name from information_schema.tables where table_schema = $schema and not list_contains($results, table_name)',
    { schema: runSchema(baseRunId), results: list(RESULT_TABLES, VARCHAR) },
  );
  for (const row of tables) {
    const table = identifier(String(row['table_name']));
    await warehouse.run(
      `create or replace view ${identifier(runSchema(runId))}.${table} as from ${identifier(runSchema(baseRunId))}.${table}`,
    );
  }
}
