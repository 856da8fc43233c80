import type { Warehouse } from './connection.js';
import { identifier, runSchema } from './identifier.js';

/** Tables of a run that tell which captures its trials saw. */
const NEEDED = ['sessions', 'splits'];

/**
 * Makes `trained_captures` in the run: its captures whose content a model was trained on, or that hold a piece of such.
 * @param modelRunId run that the model comes from
 * @param spliced content of the captures that the run's sessions were put together of, where they were
 * @returns false where the model's run was on a dataset: which captures stand behind its rows is not known.
 */
export async function findTrainedCaptures(
  warehouse: Warehouse,
  runId: string,
  modelRunId: string,
  spliced: readonly { readonly sessionId: string; readonly contentSha256: string }[],
): Promise<boolean> {
  const schema = runSchema(modelRunId);
  const found = await warehouse.rows(
    'select table_name from information_schema.tables where table_schema = $schema',
    { schema },
  );
  const tables = new Set(found.map((row) => String(row['table_name'])));
  const isKnown = NEEDED.every((table) => tables.has(table));
  const seen = isKnown
    ? `select content_sha256 from ${identifier(schema)}.sessions
        join ${identifier(schema)}.splits using (session_group)
        join main.captures using (capture_id)
        where fold >= 0`
    : 'select null';
  await warehouse.run(
    `create or replace table trained_captures as
      with seen as (${seen}),

      pieces as (
        select unnest(
          from_json($pieces, '[{"session_id": "varchar", "content_sha256": "varchar"}]'), recursive := true
        )
      )

      select distinct capture_id
      from main.run_sources
      join main.captures using (capture_id)
      left join pieces using (session_id)
      where run_id = $run_id
        and (captures.content_sha256 in (from seen) or pieces.content_sha256 in (from seen))
      order by capture_id`,
    {
      run_id: runId,
      pieces: JSON.stringify(
        spliced.map(({ sessionId, contentSha256 }) => ({
          session_id: sessionId,
          content_sha256: contentSha256,
        })),
      ),
    },
  );
  return isKnown;
}
