import { runSchema } from '../../common/run-schema.js';
import { makeTable } from '../core/fill.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/** Tables of a run that show which captures its trials saw. */
const NEEDED = ['sessions', 'splits'];

/**
 * Fills `trained_captures`: the run's captures whose content a model was trained on, whole or as pieces of spliced captures
 * (`spliced_pieces`), and those that contain a piece of such content.
 * @param modelRunId run that the model comes from
 * @returns false if the model's run was on a dataset: the captures behind its rows are not known.
 */
export async function findTrainedCaptures(
  warehouse: Warehouse,
  runId: string,
  modelRunId: string,
): Promise<boolean> {
  const schema = runSchema(modelRunId);
  const tables = await warehouse.tables(schema);
  const isKnown = NEEDED.every((table) => tables.has(table));
  const ofModel = (table: string): string => `${identifier(schema)}.${identifier(table)}`;
  const pieces = tables.has('spliced_pieces')
    ? `union all
        select pieces.content_hash
        from trained
        join ${ofModel('spliced_pieces')} as pieces on pieces.session_id = trained.labelled_session`
    : '';
  const seen = isKnown
    ? `with trained as (
          select capture_id, labelled_session
          from ${ofModel('sessions')}
          join ${ofModel('splits')} using (session_group)
          where fold >= 0
        )
        select content_hash from trained join main.captures using (capture_id) ${pieces}`
    : 'select null';
  await makeTable(warehouse, 'trained_captures');
  await warehouse.run(
    `insert into trained_captures
      with seen as (${seen})

      select distinct capture_id
      from main.run_sources
      join main.captures using (capture_id)
      left join spliced_pieces as pieces using (session_id)
      where run_id = $run_id
        and (captures.content_hash in (from seen) or pieces.content_hash in (from seen))
      order by capture_id`,
    { run_id: runId },
  );
  return isKnown;
}
