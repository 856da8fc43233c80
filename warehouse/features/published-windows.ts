import { runSchema } from '../../common/run-schema.js';
import { PUBLISHED_ALIASES } from '../../schemas/features/published-columns.js';
import { FEATURES } from '../../schemas/features.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/**
 * Makes a run's view `published_windows`: `feat_windows` with only the published columns, also under the names by which the
 * published dataset repeats them, for models that were trained on it. As there, values that could not be observed are 0:
 * of its numbers, only `avg_flow_age` has nulls.
 */
export async function makePublishedWindows(warehouse: Warehouse, runId: string): Promise<void> {
  const columns = [
    ...FEATURES.filter(({ source }) => source === 'published').map(({ name }) => as(name, name)),
    ...Object.entries(PUBLISHED_ALIASES).map(([alias, name]) => as(alias, name)),
  ];
  await warehouse.run(
    `create or replace view published_windows as
      select session_id, window_index, start_us, ${columns.join(', ')}
      from ${identifier(runSchema(runId))}.feat_windows`,
    {},
    'published_windows',
  );
}

/** Columns that are not numbers, or have nulls in the published dataset too. */
const KEPT_NULLS: readonly string[] = ['avg_flow_age', '10_EWMA_chunksizes', 'is_tcp'];

function as(column: string, feature: string): string {
  const value = identifier(feature);
  return `${KEPT_NULLS.includes(feature) ? value : `coalesce(${value}, 0)`} as ${identifier(column)}`;
}
