import { DatasetError } from '../../common/dataset-error.js';
import { runSchema } from '../../common/run-schema.js';
import { captureFeature, notFromCaptures } from '../../schemas/features/capture-columns.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/**
 * Makes `inference_set`: the windows of the run with the inputs of a model, in its order, and their labels. Fold -1 means
 * that the model has not seen the window, 0 that it has (`trained_captures`), null that the window has no label, or more
 * than one.
 *
 * A dataset file may have 0 for values that could not be observed, where features of captures are null. For a model that
 * was trained on such a file, nulls become 0 in the columns that had no nulls in it.
 * @param datasetRun the run that the model comes from, if it was trained on a dataset; else null
 * @throws DatasetError naming the inputs that captures do not have, and why.
 */
export async function buildInferenceTable(
  warehouse: Warehouse,
  featureNames: readonly string[],
  datasetRun: string | null,
): Promise<void> {
  const missing = featureNames.filter((name) => captureFeature(name) === null);
  if (missing.length > 0) {
    throw new DatasetError(
      `the model needs ${missing.length} of its ${featureNames.length} columns that no capture has: ${notFromCaptures(missing)}. ` +
        'Name a model for captures (--model, vqi models lists them), or train one without these columns (--for-captures, "forCaptures": true in the source of its run), or on captures',
    );
  }
  const withNulls = datasetRun === null ? null : await columnsWithNulls(warehouse, datasetRun);
  const features = featureNames
    .map((name) => {
      const value = identifier(captureFeature(name) ?? name);
      const isNeverNull = withNulls !== null && !withNulls.has(name);
      return `, ${isNeverNull ? `coalesce(${value}::double, 0)` : value} as ${identifier(name)}`;
    })
    .join('');
  await warehouse.run(`create or replace table inference_set as
    with labels as (
      select session_id, window_index, resolution_px, label_state, since_switch_seconds from window_labels
    ),

    seen as (
      select session_id, capture_id in (select capture_id from trained_captures) as is_trained_on from sessions
    )

    select
      case when label_state <> 'steady' then null when is_trained_on then 0 else -1 end as fold,
      session_id,
      session_group,
      window_index,
      start_us as window_start_us,
      labels.resolution_px,
      since_switch_seconds
      ${features}
    from feat_windows
    join labels using (session_id, window_index)
    join seen using (session_id)
    order by session_id, window_index`);
}

/** How many sessions of the current run belong to each service. */
export async function sessionsByService(
  warehouse: Warehouse,
): Promise<{ readonly service: string; readonly sessions: number }[]> {
  const rows = await warehouse.rows(
    'select service, count(*)::integer as sessions from sessions group by service order by sessions desc, service',
  );
  return rows.map((row) => ({ service: String(row['service']), sessions: Number(row['sessions']) }));
}

/** Columns of a run's dataset with nulls. */
async function columnsWithNulls(warehouse: Warehouse, runId: string): Promise<ReadonlySet<string>> {
  const rows = await warehouse.rows(
    `select column_name from ${identifier(runSchema(runId))}.cleaned_columns where null_count > 0`,
  );
  return new Set(rows.map((row) => String(row['column_name'])));
}

/** Why windows of `inference_set` are left out of an evaluation, or count as wrong. */
export interface EvaluationFacts {
  /** Labelled windows that the model has not seen: the evaluation set. */
  readonly windows: number;
  /** Sessions with labels that the model was trained on. */
  readonly trainedSessions: readonly string[];
  /** Sessions of the sessions file without a labelled window. */
  readonly silentSessions: readonly string[];
  /** Windows with resolutions that the model does not know. */
  readonly unknownRungs: readonly { readonly heightPx: number; readonly windows: number }[];
}

/** @param classesPx the model's */
export async function evaluationFacts(
  warehouse: Warehouse,
  runId: string,
  classesPx: readonly number[],
): Promise<EvaluationFacts> {
  const [count] = await warehouse.rows('select count_if(fold = -1)::integer as windows from inference_set');
  const names = async (sql: string): Promise<string[]> =>
    (await warehouse.rows(`select distinct session_id from (${sql}) order by session_id`)).map((row) =>
      String(row['session_id']),
    );
  const rungs = await warehouse.rows(
    `select resolution_px, count(*)::integer as windows from inference_set where fold = -1 group by all order by resolution_px`,
  );
  const silent = await warehouse.rows(
    `select session_id from main.run_sources where run_id = $run_id and session_id not in (
      select labelled_session from sessions join inference_set using (session_id)
      where fold is not null and labelled_session is not null) order by session_id`,
    { run_id: runId },
  );
  return {
    windows: Number(count?.['windows']),
    trainedSessions: await names('select session_id from inference_set where fold = 0'),
    silentSessions: silent.map((row) => String(row['session_id'])),
    unknownRungs: rungs
      .map((row) => ({ heightPx: Number(row['resolution_px']), windows: Number(row['windows']) }))
      .filter(({ heightPx }) => !classesPx.includes(heightPx)),
  };
}
