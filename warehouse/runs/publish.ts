import { runSchema } from '../../common/run-schema.js';
import type { EvaluationRows } from '../../schemas/evaluation-rows.js';
import { fill, fillFromLines } from '../core/fill.js';
import { identifier } from '../core/identifier.js';
import { buildModels, runChecks } from '../core/run-models.js';
import type { Warehouse } from '../core/warehouse.js';
import { addToAllRuns } from './all-runs.js';
import { buildSessionsSummary } from './session-answers.js';

/**
 * Loads the predictions and the evaluation of the current run, builds `resolution_timeline` and, of captures,
 * `sessions_summary`, and checks them.
 * @param predictionsPath newline-delimited JSON, an object for each window.
 */
export async function publishPredictions(
  warehouse: Warehouse,
  runId: string,
  predictionsPath: string,
  { rows: evaluation, confusion, bySwitch }: EvaluationRows,
): Promise<void> {
  await fillFromLines(warehouse, 'predictions', predictionsPath);
  await fill(
    warehouse,
    'evaluation',
    evaluation.map(({ model, metric, classPx, value, low, high }) => ({
      model,
      metric,
      class_px: classPx,
      value,
      low,
      high,
    })),
  );
  await fill(
    warehouse,
    'confusion_matrix',
    confusion.map(({ model, truePx, predictedPx, windows }) => ({
      model,
      true_px: truePx,
      predicted_px: predictedPx,
      windows,
    })),
  );
  await fill(
    warehouse,
    'evaluation_by_switch',
    bySwitch.map(({ model, since, windows, sessions, accuracy, low, high, withinOneRung }) => ({
      model,
      since_switch: since,
      windows,
      sessions,
      accuracy,
      low,
      high,
      within_one_rung: withinOneRung,
    })),
  );
  const rows = await buildModels(warehouse, ['50_marts'], {});
  await runChecks(warehouse, runId, Object.keys(rows), {});
  if ((await warehouse.tables()).has('service_bytes')) await buildSessionsSummary(warehouse, true);
}

/** Tables of `publishPredictions` that are also written to files. */
export const EVALUATION_TABLES = [
  'resolution_timeline',
  'evaluation',
  'evaluation_by_switch',
  'confusion_matrix',
] as const;

/** The same of a run that learns. */
export const RUN_TABLES = [...EVALUATION_TABLES, 'cleaning_log'] as const;

/** Tables that users look for first: views in the schema `main` show them of the run that finished last. */
export const PUBLISHED_TABLES = [
  'sessions',
  'sessions_summary',
  'skipped_captures',
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
  'fold_groups',
  'training_set',
  'evaluation',
  'evaluation_by_switch',
  'confusion_matrix',
  'predictions',
  'resolution_timeline',
] as const;

/** Makes the views in `main` show the current run. */
export async function showRun(warehouse: Warehouse, runId: string): Promise<void> {
  const present = await warehouse.tables();
  for (const table of PUBLISHED_TABLES) {
    if (present.has(table)) {
      await warehouse.run(
        `create or replace view main.${identifier(table)} as from ${identifier(runSchema(runId))}.${identifier(table)}`,
      );
    } else {
      await warehouse.run(`drop view if exists main.${identifier(table)}`);
    }
  }
}

/** Adds the rows of the current run to the tables of all runs, and marks it as completed. */
export async function completeRun(warehouse: Warehouse, runId: string): Promise<void> {
  await addToAllRuns(warehouse, runId, await warehouse.tables());
  await warehouse.run("update main.runs set state = 'completed' where run_id = $run_id", { run_id: runId });
}
