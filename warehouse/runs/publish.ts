import { DOUBLE, DuckDBListValue, INTEGER, LIST, VARCHAR } from '../core/duckdb.js';
import type { Warehouse } from '../core/warehouse.js';
import { identifier, runSchema } from '../core/identifier.js';
import { buildModels, runChecks } from '../core/run-models.js';
import type { EvaluationRows } from '../../schemas/evaluation-rows.js';

/** One row of `trials`. */
export interface TrialRow {
  readonly runId: string;
  readonly trial: number;
  readonly family: string;
  readonly setting: unknown;
  readonly state: 'completed' | 'failed' | 'cancelled';
  /** Part of its trees, rounds or rows that the trial had when it came to this. */
  readonly budgetShare: number;
  /** Attempts that it took, by retries of the policy and of users. */
  readonly attempts: number;
  readonly macroF1Mean: number | null;
  readonly macroF1Low: number | null;
  readonly macroF1High: number | null;
  readonly macroF1ByFold: readonly number[] | null;
  readonly accuracyMean: number | null;
  readonly logLossMean: number | null;
  readonly trainRows: number | null;
  readonly seconds: number | null;
  /** Whether an equal training's scores were taken over. */
  readonly reused: boolean;
  readonly reason: string | null;
  readonly warnings: readonly string[];
}

/** Writes a trial's row; the row of an earlier attempt gives way. */
export async function recordTrial(warehouse: Warehouse, row: TrialRow): Promise<void> {
  await warehouse.connection.run(
    `insert or replace into main.trials values (
      $run_id, $trial, $family, $setting::json, $state, $budget_share, $attempts, $macro_f1_mean, $macro_f1_low, $macro_f1_high,
      $macro_f1_by_fold, $accuracy_mean, $log_loss_mean, $train_rows, $seconds, $reused, $reason, $warnings
    )`,
    {
      run_id: row.runId,
      trial: row.trial,
      family: row.family,
      setting: JSON.stringify(row.setting),
      state: row.state,
      budget_share: row.budgetShare,
      attempts: row.attempts,
      macro_f1_mean: row.macroF1Mean,
      macro_f1_low: row.macroF1Low,
      macro_f1_high: row.macroF1High,
      macro_f1_by_fold: row.macroF1ByFold === null ? null : new DuckDBListValue([...row.macroF1ByFold]),
      accuracy_mean: row.accuracyMean,
      log_loss_mean: row.logLossMean,
      train_rows: row.trainRows,
      seconds: row.seconds,
      reused: row.reused,
      reason: row.reason,
      warnings: new DuckDBListValue([...row.warnings]),
    },
    { macro_f1_by_fold: LIST(DOUBLE), warnings: LIST(VARCHAR) },
  );
}

/** One row of `models`. */
export interface ModelRow {
  readonly modelId: string;
  readonly runId: string;
  readonly trial: number;
  readonly family: string;
  readonly setting: unknown;
  readonly artifactPath: string;
  readonly artifactSha256: string;
  readonly trainingSha256: string;
  readonly trainingRows: number;
  readonly trainingSessions: number;
  readonly featureCount: number;
  readonly classesPx: readonly number[];
  /** What held-out sessions said of it. */
  readonly metrics: unknown;
  /** Whether it answers where no model is named. */
  readonly isCurrent: boolean;
}

/** Writes a model's row; where it is the current one, no other is. */
export async function recordModel(warehouse: Warehouse, row: ModelRow): Promise<void> {
  if (row.isCurrent) await warehouse.run('update main.models set is_current = false where is_current');
  await warehouse.connection.run(
    `insert or replace into main.models values (
      $model_id, $run_id, $trial, $family, $setting::json, $artifact_path, $artifact_sha256, $training_sha256,
      $training_rows, $training_sessions, $feature_count, $classes_px, $metrics::json,
      coalesce((select created_at from main.models where model_id = $model_id and run_id = $run_id), now() at time zone 'UTC'), $is_current
    )`,
    {
      model_id: row.modelId,
      run_id: row.runId,
      trial: row.trial,
      family: row.family,
      setting: JSON.stringify(row.setting),
      artifact_path: row.artifactPath,
      artifact_sha256: row.artifactSha256,
      training_sha256: row.trainingSha256,
      training_rows: row.trainingRows,
      training_sessions: row.trainingSessions,
      feature_count: row.featureCount,
      classes_px: new DuckDBListValue([...row.classesPx]),
      metrics: JSON.stringify(row.metrics),
      is_current: row.isCurrent,
    },
    { classes_px: LIST(INTEGER) },
  );
}

/**
 * Loads the predictions and the evaluation of the current run, builds `resolution_timeline`, and checks it.
 * @param predictionsPath newline-delimited JSON, one object a window.
 */
export async function publishPredictions(
  warehouse: Warehouse,
  runId: string,
  predictionsPath: string,
  { rows: evaluation, confusion, bySwitch }: EvaluationRows,
): Promise<void> {
  await warehouse.run(
    `create or replace table predictions as
      select * from read_json($path, format = 'newline_delimited', columns = {
        session_id: 'varchar', window_index: 'integer', elapsed_seconds: 'double', start_us: 'bigint',
        predicted_px: 'integer', confidence: 'double', probabilities: 'map(integer, double)',
        alone_px: 'integer', alone_confidence: 'double', true_px: 'integer', unknown_reason: 'varchar', split: 'varchar'
      })`,
    { path: predictionsPath },
    'load predictions',
  );
  await warehouse.run(
    'create or replace table evaluation (model varchar, metric varchar, class_px integer, value double, low double, high double)',
  );
  for (const row of evaluation) {
    await warehouse.run('insert into evaluation values ($model, $metric, $class_px, $value, $low, $high)', {
      model: row.model,
      metric: row.metric,
      class_px: row.classPx,
      value: row.value,
      low: row.low,
      high: row.high,
    });
  }
  await warehouse.run(
    'create or replace table confusion_matrix (model varchar, true_px integer, predicted_px integer, windows integer)',
  );
  for (const row of confusion) {
    await warehouse.run('insert into confusion_matrix values ($model, $true_px, $predicted_px, $windows)', {
      model: row.model,
      true_px: row.truePx,
      predicted_px: row.predictedPx,
      windows: row.windows,
    });
  }
  await warehouse.run(
    'create or replace table evaluation_by_switch (model varchar, since_switch varchar, windows integer, sessions integer, accuracy double, low double, high double, within_one_rung double)',
  );
  for (const row of bySwitch) {
    await warehouse.run(
      'insert into evaluation_by_switch values ($model, $since, $windows, $sessions, $accuracy, $low, $high, $within_one_rung)',
      {
        model: row.model,
        since: row.since,
        windows: row.windows,
        sessions: row.sessions,
        accuracy: row.accuracy,
        low: row.low,
        high: row.high,
        within_one_rung: row.withinOneRung,
      },
    );
  }
  const rows = await buildModels(warehouse, ['50_marts'], {});
  await runChecks(warehouse, runId, Object.keys(rows), {});
}

/** Tables that `publishPredictions` makes and that are written to files too. */
export const EVALUATION_TABLES = [
  'resolution_timeline',
  'evaluation',
  'evaluation_by_switch',
  'confusion_matrix',
] as const;

/** Tables that users look for first: as views in the main schema they show the run that finished last. */
const PUBLISHED_TABLES = [
  'sessions',
  'service_endpoints',
  'session_segments',
  'feat_windows',
  'window_labels',
  'dataset_columns',
  'dataset_raw',
  'dataset_clean',
  'cleaned_columns',
  'cleaning_log',
  'impossible_values',
  'leak_check',
  'leakage_gap',
  'splits',
  'training_set',
  'evaluation',
  'evaluation_by_switch',
  'confusion_matrix',
  'predictions',
  'resolution_timeline',
] as const;

/** Points the views of the main schema at this run and marks it as completed. */
export async function publishRun(warehouse: Warehouse, runId: string): Promise<void> {
  const present = new Set(
    (
      await warehouse.rows(
        'select table_name from information_schema.tables where table_schema = current_schema()',
      )
    ).map((row) => String(row['table_name'])),
  );
  for (const table of PUBLISHED_TABLES) {
    if (present.has(table)) {
      await warehouse.run(
        `create or replace view main.${identifier(table)} as from ${identifier(runSchema(runId))}.${identifier(table)}`,
      );
    } else {
      await warehouse.run(`drop view if exists main.${identifier(table)}`);
    }
  }
  await completeRun(warehouse, runId);
}

/** Marks a run as completed. */
export async function completeRun(warehouse: Warehouse, runId: string): Promise<void> {
  await warehouse.run("update main.runs set state = 'completed' where run_id = $run_id", { run_id: runId });
}
