import type { Warehouse } from '../core/warehouse.js';
import { identifier, runSchema } from '../core/identifier.js';
import { buildModels, runChecks } from '../core/run-models.js';
import type { EvaluationRows } from '../../schemas/evaluation-rows.js';

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
