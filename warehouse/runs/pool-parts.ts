import { runSchema } from '../../common/run-schema.js';
import { identifier, quoteText } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/** Tables that are the same in all parts of a cross-evaluation, if the source has them. */
const SHARED_TABLES = [
  'skipped_captures',
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
 */
export async function writePooledPredictions(
  warehouse: Warehouse,
  parts: readonly string[],
  predictionsPath: string,
): Promise<void> {
  const [first = ''] = parts;
  const present = await warehouse.tables(runSchema(first));
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
}
