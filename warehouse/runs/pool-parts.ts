import { runSchema } from '../../common/run-schema.js';
import type { ConfusionRow } from '../../schemas/evaluation-rows.js';
import { WINDOW_ALONE } from '../../schemas/window-alone.js';
import { identifier, quoteText } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/** Tables that are the same in all parts of a cross-evaluation, if the source has them. */
const SHARED_TABLES = [
  'sessions',
  'session_segments',
  'feat_windows',
  'window_labels',
  'dataset_columns',
  'dataset_raw',
] as const;

/**
 * Writes the predictions of each part's model for its held-out sessions, every session once with all of its windows, as
 * newline-delimited JSON, and makes views of the tables that all parts share in the current run's schema.
 *
 * @param parts run ids
 * @returns the confusion matrices of the baselines that all parts have, summed
 */
export async function writePooledPredictions(
  warehouse: Warehouse,
  parts: readonly string[],
  predictionsPath: string,
): Promise<ConfusionRow[]> {
  const [first = ''] = parts;
  const made = await warehouse.rows(
    'select table_name from information_schema.tables where table_schema = $schema',
    { schema: runSchema(first) },
  );
  const present = new Set(made.map((row) => String(row['table_name'])));
  for (const table of SHARED_TABLES.filter((name) => present.has(name)))
    await warehouse.run(
      `create or replace view ${identifier(table)} as from ${identifier(runSchema(first))}.${identifier(table)}`,
    );
  const ofAll = (table: string): string =>
    parts
      .map((part, at) => `select ${at} as part, * from ${identifier(runSchema(part))}.${identifier(table)}`)
      .join(' union all by name ');
  await warehouse.run(
    `copy (
      with predicted as (
        select part, predictions.* exclude (part), session_group, since_switch_seconds
        from (${ofAll('predictions')}) as predictions
        join (select session_id, window_index, session_group from dataset_raw) using (session_id, window_index)
        join (select session_id, window_index, since_switch_seconds from window_labels) using (session_id, window_index)
      )

      select * exclude (part)
      from predicted
      where (part, session_group) in (select (part, session_group) from predicted where split = 'held out')
      order by session_id, window_index
    ) to ${quoteText(predictionsPath)} (format json)`,
  );
  const confusion = await warehouse.rows(
    `with matrices as (
      from (${ofAll('confusion_matrix')})
    ),

    -- A model that predicts each window alone has no such baseline: its own matrix is the same.
    alone as (
      select * replace ($window_alone as model)
      from matrices
      where model = 'model'
        and part not in (select part from matrices where model = $window_alone)
        and exists (from matrices where model = $window_alone)
    ),

    baselines as (
      from matrices where model <> 'model'
      union all by name
      from alone
    )

    select model, true_px, predicted_px, sum(windows)::integer as windows
    from baselines
    where model in (
      select model
      from baselines
      group by model
      having count(distinct part) = (select count(distinct part) from matrices where model = 'model')
    )
    group by all
    order by all`,
    { window_alone: WINDOW_ALONE },
  );
  return confusion.map((row) => ({
    model: String(row['model']),
    truePx: Number(row['true_px']),
    predictedPx: Number(row['predicted_px']),
    windows: Number(row['windows']),
  }));
}
