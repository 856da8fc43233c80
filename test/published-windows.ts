import { identifier } from '../warehouse/core/identifier.js';
import type { Warehouse } from '../warehouse/core/warehouse.js';
import { publishedColumns } from './warehouse/datasets/published-dataset.js';

/**
 * Writes the windows of a run in the form of the published dataset: its 251 columns in its order, as Parquet. Columns that
 * captures do not give are 0, as in most published rows, unless `own` has an expression for them.
 * @param labels what is joined to the run's `published_windows`, such as `join … using (session_id)`
 */
export async function writePublishedWindows(
  warehouse: Warehouse,
  run: { readonly schema: string; readonly labels: string; readonly own: Readonly<Record<string, string>> },
  path: string,
): Promise<void> {
  const windows = `${identifier(run.schema)}.published_windows`;
  const inView = new Set((await warehouse.rows(`describe ${windows}`)).map((row) => row['column_name']));
  const cells = publishedColumns().map(({ name }) => {
    const value = run.own[name] ?? (inView.has(name) ? identifier(name) : '0');
    return `${value} as ${identifier(name)}`;
  });
  await warehouse.run(
    `copy (select ${cells.join(', ')} from ${windows} ${run.labels} order by session_id, window_index) to '${path}' (format parquet)`,
  );
}
