import type { DataOrigin } from '../../schemas/data-origin.js';
import { DOUBLE, INTEGER, list, VARCHAR } from '../core/duckdb.js';
import type { Warehouse } from '../core/warehouse.js';

/** One row of `trials`. */
export interface TrialRow {
  readonly runId: string;
  readonly trial: number;
  readonly family: string;
  readonly setting: unknown;
  readonly state: 'completed' | 'failed' | 'cancelled';
  /** Part of its trees, rounds or rows that the trial had. */
  readonly budgetShare: number;
  /** Attempts, with retries by the policy and by users. */
  readonly attempts: number;
  /** Over the windows of all folds. */
  readonly macroF1: number | null;
  readonly macroF1Low: number | null;
  readonly macroF1High: number | null;
  readonly macroF1ByFold: readonly number[] | null;
  readonly accuracy: number | null;
  readonly logLoss: number | null;
  /** File with the predictions for each fold's sessions, as confusion matrices. */
  readonly foldsPath: string | null;
  readonly trainRows: number | null;
  readonly seconds: number | null;
  /** Whether the scores of an equal training were used. */
  readonly reused: boolean;
  readonly reason: string | null;
  readonly warnings: readonly string[];
}

/** Writes a trial's row; the row of an earlier attempt is replaced. */
export async function recordTrial(warehouse: Warehouse, row: TrialRow): Promise<void> {
  await warehouse.run(
    `insert or replace into main.trials values (
      $run_id, $trial, $family, $setting::json, $state, $budget_share, $attempts, $macro_f1, $macro_f1_low, $macro_f1_high,
      $macro_f1_by_fold, $accuracy, $log_loss, $folds_path, $train_rows, $seconds, $reused, $reason, $warnings
    )`,
    {
      run_id: row.runId,
      trial: row.trial,
      family: row.family,
      setting: JSON.stringify(row.setting),
      state: row.state,
      budget_share: row.budgetShare,
      attempts: row.attempts,
      macro_f1: row.macroF1,
      macro_f1_low: row.macroF1Low,
      macro_f1_high: row.macroF1High,
      macro_f1_by_fold: row.macroF1ByFold === null ? null : list(row.macroF1ByFold, DOUBLE),
      accuracy: row.accuracy,
      log_loss: row.logLoss,
      folds_path: row.foldsPath,
      train_rows: row.trainRows,
      seconds: row.seconds,
      reused: row.reused,
      reason: row.reason,
      warnings: list(row.warnings, VARCHAR),
    },
    'record a trial',
  );
}

/** Scores of a trial in the folds of the search. */
interface ComparedTrial {
  readonly trial: number;
  readonly family: string;
  readonly accuracy: number;
  readonly macroF1: number;
}

/** Why a model was chosen. */
export interface ModelChoice {
  /** In words. */
  readonly text: string;
  readonly rankedOn: { readonly kind: string; readonly groups: number };
  /** The best trial that is no baseline; null if there is none. */
  readonly best: ComparedTrial | null;
  readonly baseline: ComparedTrial | null;
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
  /** Why this trial; null for a search that an earlier version started. */
  readonly choice: ModelChoice | null;
  readonly isBaseline: boolean;
  /** Scores on held-out sessions. */
  readonly metrics: unknown;
  /** Models of one kind can replace each other; null for a part of a cross-evaluation. */
  readonly kind: string | null;
  readonly origins: readonly DataOrigin[];
  /** Hash of the sessions that its scores come from; null if none is held out. */
  readonly judge: string | null;
}

/** Writes a model's row. Whether it becomes the current one is decided when its run is finished. */
export async function recordModel(warehouse: Warehouse, row: ModelRow): Promise<void> {
  const { choice } = row;
  await warehouse.run(
    `insert or replace into main.models values (
      $model_id, $run_id, $trial, $family, $setting::json, $artifact_path, $artifact_sha256, $training_sha256,
      $training_rows, $training_sessions, $feature_count, $classes_px, $choice, $ranked_on, $ranked_groups, $best_trial,
      $best_accuracy, $best_macro_f1, $baseline, $baseline_accuracy, $baseline_macro_f1, $is_baseline, $metrics::json,
      coalesce((select created_at from main.models where model_id = $model_id and run_id = $run_id), now() at time zone 'UTC'), $kind, $origins, $judge,
      coalesce((select is_current from main.models where model_id = $model_id and run_id = $run_id), false),
      coalesce((select is_promoted from main.models where model_id = $model_id and run_id = $run_id), false),
      (select standing from main.models where model_id = $model_id and run_id = $run_id)
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
      classes_px: list(row.classesPx, INTEGER),
      choice: choice?.text ?? null,
      ranked_on: choice?.rankedOn.kind ?? null,
      ranked_groups: choice?.rankedOn.groups ?? null,
      best_trial: choice?.best?.trial ?? null,
      best_accuracy: choice?.best?.accuracy ?? null,
      best_macro_f1: choice?.best?.macroF1 ?? null,
      baseline: choice?.baseline?.family ?? null,
      baseline_accuracy: choice?.baseline?.accuracy ?? null,
      baseline_macro_f1: choice?.baseline?.macroF1 ?? null,
      is_baseline: row.isBaseline,
      metrics: JSON.stringify(row.metrics),
      kind: row.kind,
      origins: list(row.origins, VARCHAR),
      judge: row.judge,
    },
    'record a model',
  );
}
