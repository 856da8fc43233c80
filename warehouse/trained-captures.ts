import { identifier, runSchema } from './identifier.js';
import type { Warehouse } from './connection.js';

/** Tables of a run that tell which captures its trials saw. */
const NEEDED = ['sessions', 'splits'];

/**
 * Makes `trained_captures` in the current run: captures, of any run, whose content a model was trained on.
 * @param modelRunId run that the model comes from
 * @returns false where that run was on a dataset: which captures stand behind its rows is not known.
 */
export async function findTrainedCaptures(warehouse: Warehouse, modelRunId: string): Promise<boolean> {
  const schema = runSchema(modelRunId);
  const found = await warehouse.rows(
    'select table_name from information_schema.tables where table_schema = $schema',
    { schema },
  );
  const tables = new Set(found.map((row) => String(row['table_name'])));
  const isKnown = NEEDED.every((table) => tables.has(table));
  const seen = isKnown
    ? `select content_sha256 from ${identifier(schema)}.sessions as session
        join ${identifier(schema)}.splits as split using (session_group)
        join main.captures as capture using (capture_id)
        where split.fold >= 0`
    : 'select null';
  await warehouse.run(
    `create or replace table trained_captures as
      select capture_id from main.captures where content_sha256 in (${seen}) order by capture_id`,
  );
  return isKnown;
}
