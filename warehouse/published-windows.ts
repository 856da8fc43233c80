import { FEATURES } from '../schemas/features.js';
import { PUBLISHED_ALIASES } from '../schemas/features/published-columns.js';
import type { Warehouse } from './connection.js';
import { identifier, runSchema } from './identifier.js';

/**
 * Makes a run's view `published_windows`: `feat_windows` with the published columns alone, also under the names by which
 * the published dataset repeats them, for models that were trained on it.
 */
export async function makePublishedWindows(warehouse: Warehouse, runId: string): Promise<void> {
  const columns = [
    ...FEATURES.filter(({ source }) => source === 'published').map(({ name }) => identifier(name)),
    ...Object.entries(PUBLISHED_ALIASES).map(
      ([alias, name]) => `${identifier(name)} as ${identifier(alias)}`,
    ),
  ];
  await warehouse.run(
    `create or replace view published_windows as
      select session_id, window_index, start_us, ${columns.join(', ')}
      from ${identifier(runSchema(runId))}.feat_windows`,
    {},
    'published_windows',
  );
}
