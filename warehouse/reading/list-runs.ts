import { DatasetError } from '../../common/dataset-error.js';
import { runSchema } from '../../common/run-schema.js';
import type { SkippedCapture } from '../../schemas/skipped-capture.js';
import { skippedCapture } from '../captures/skipped-captures.js';
import { identifier } from '../core/identifier.js';
import { numberOf, textOf } from '../core/row-values.js';
import type { SqlRow, Warehouse } from '../core/warehouse.js';
import { runScore, type RunScore } from './run-score.js';
import { RUN_SOURCE } from './run-source.js';

/** A run as lists show it. */
export interface ListedRun {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly beganAt: string;
  readonly state: string;
  /** Why it failed or was cancelled; of a completed run, why it was not replaced; null: neither, or it ended without a last step. */
  readonly reason: string | null;
  /** Captures that it left out, because they cannot be read. */
  readonly skippedTotal: number;
  /** Folder, file or capture. */
  readonly source: string | null;
  /** Published by the run; null: none. */
  readonly modelId: string | null;
  readonly family: string | null;
  /** Null: no labelled session was held out, or the run has not ended. */
  readonly score: RunScore | null;
}

/** A run with everything that is known of it. */
export interface ShownRun extends ListedRun {
  readonly config: unknown;
  /** The first captures that it left out. */
  readonly skipped: readonly SkippedCapture[];
  readonly simulated: boolean;
  readonly verdict: readonly string[];
  readonly trials: readonly TrialLine[];
}

export interface TrialLine {
  readonly trial: number;
  readonly family: string;
  readonly state: string;
  /** Part of its trees, rounds or rows that the trial had. */
  readonly budgetShare: number;
  /** Among the trials with the same budget, by macro-F1. */
  readonly rank: number | null;
  readonly macroF1: number | null;
  readonly accuracy: number | null;
  readonly setting: unknown;
  readonly reason: string | null;
}

/** More captures left out are in `all_skipped_captures` alone. */
const MOST_SKIPPED = 100;

const LISTED = `
  select
    run_id, strftime(began_at, '%Y-%m-%dT%H:%M:%SZ') as began_at, state, reason, simulated, config, verdict, score,
    ${RUN_SOURCE} as source,
    model.model_id, model.family, coalesce(skipped.captures, 0) as skipped
  from main.runs
  left join (
    from main.models
    qualify row_number() over (partition by run_id order by created_at desc) = 1
  ) as model using (run_id)
  left join (
    select run_id, count(*)::integer as captures from main.all_skipped_captures group by run_id
  ) as skipped using (run_id)`;

/** All runs, the newest first. */
export async function listRuns(warehouse: Warehouse): Promise<ListedRun[]> {
  const rows = await warehouse.rows(`${LISTED} order by runs.began_at desc, run_id`);
  return rows.map(listedRun);
}

/** The error about a run that is not in the warehouse, with the runs that are. */
async function noSuchRun(warehouse: Warehouse, runId: string): Promise<DatasetError> {
  const known = (await listRuns(warehouse)).map((run) => run.runId).join(', ');
  return new DatasetError(`there is no run ${runId}; known runs: ${known || 'none'}`);
}

/** From now on, an unqualified table name means this run's table, or else the shared one. @throws DatasetError naming the known runs */
export async function readRun(warehouse: Warehouse, runId: string): Promise<void> {
  const [row] = await warehouse.rows('select 1 as one from main.runs where run_id = $run_id', {
    run_id: runId,
  });
  const schemas = await warehouse.rows(
    'select 1 as one from duckdb_schemas() where schema_name = $schema and database_name = current_database()',
    { schema: runSchema(runId) },
  );
  if (row === undefined || schemas.length === 0) throw await noSuchRun(warehouse, runId);
  const path = `${identifier(runSchema(runId))},main`.replaceAll("'", "''");
  await warehouse.run(`set search_path = '${path}'`);
}

/** @throws DatasetError naming the known runs */
export async function findRun(warehouse: Warehouse, runId: string): Promise<ShownRun> {
  const [row] = await warehouse.rows(`${LISTED} where run_id = $run_id`, { run_id: runId });
  if (row === undefined) throw await noSuchRun(warehouse, runId);
  const trials = await warehouse.rows(
    `select
        *,
        if(macro_f1 is null, null, rank() over (partition by budget_share order by macro_f1 desc nulls last))::integer as rank
      from main.trials
      where run_id = $run_id
      order by budget_share desc, macro_f1 desc nulls last, trial`,
    { run_id: runId },
  );
  const skipped = await warehouse.rows(
    `select * from main.all_skipped_captures where run_id = $run_id order by capture_name limit ${MOST_SKIPPED}`,
    { run_id: runId },
  );
  const verdict = row['verdict'];
  return {
    ...listedRun(row),
    config: JSON.parse(String(row['config'])) as unknown,
    simulated: row['simulated'] === true,
    skipped: skipped.map(skippedCapture),
    verdict: Array.isArray(verdict) ? verdict.map(String) : [],
    trials: trials.map((trial) => ({
      trial: Number(trial['trial']),
      family: String(trial['family']),
      state: String(trial['state']),
      budgetShare: Number(trial['budget_share']),
      rank: numberOf(trial['rank']),
      macroF1: numberOf(trial['macro_f1']),
      accuracy: numberOf(trial['accuracy']),
      setting: JSON.parse(String(trial['setting'])) as unknown,
      reason: textOf(trial['reason']),
    })),
  };
}

function listedRun(row: SqlRow): ListedRun {
  return {
    runId: String(row['run_id']),
    beganAt: String(row['began_at']),
    state: String(row['state']),
    reason: textOf(row['reason']),
    skippedTotal: Number(row['skipped']),
    source: textOf(row['source']),
    modelId: textOf(row['model_id']),
    family: textOf(row['family']),
    score: runScore(textOf(row['score']), textOf(row['family'])),
  };
}
