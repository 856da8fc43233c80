import { fill, makeTable } from '../core/fill.js';
import { exactPath } from '../core/read-file.js';
import type { Warehouse } from '../core/warehouse.js';
import { datasetRoles, type DatasetRole, type DatasetSource, type SplitBy } from './dataset-columns.js';
import { readLabels } from './label-readings.js';
import { readTextColumns } from './text-columns.js';

/** Roles of one column each, which statements read from a variable. */
const VARIABLES: readonly DatasetRole['role'][] = ['session', 'label', 'time'];

/**
 * Loads a dataset in Parquet (`worker/tasks/read-dataset.ts`) into the run's table `dataset_file`, with its rows numbered
 * in the file's order, fills `dataset_columns` with the roles of its columns, reads texts that are numbers (`text_columns`)
 * and labels (`label_readings`), and sets the variables that `sql/40_dataset_file` reads. To be called in a transaction.
 * @throws DatasetError if a needed column is missing, or the time is no time.
 */
export async function loadDatasetFile(
  warehouse: Warehouse,
  path: string,
  source: DatasetSource,
  splitBy: SplitBy,
): Promise<void> {
  await makeTable(warehouse, 'dataset_file', { path: exactPath(path) });
  const present = (await warehouse.rows('select column_name from (describe dataset_file)')).map((row) =>
    String(row['column_name']),
  );
  const roles = datasetRoles(present.slice(1), source, splitBy);
  await fill(
    warehouse,
    'dataset_columns',
    roles.map(({ role, column, origin }) => ({ role, column_name: column, origin })),
  );
  const columnOf = (wanted: DatasetRole['role']): string | null =>
    roles.find(({ role }) => role === wanted)?.column ?? null;
  const time = columnOf('time');
  const kept = roles.map(({ column }) => column).filter((column) => column !== time);
  await readTextColumns(warehouse, kept, time);
  const label = columnOf('label');
  if (label !== null) await readLabels(warehouse, label);
  await warehouse.run("set variable time_column = 'file_row'");
  for (const { role, column } of roles.filter(({ role: name }) => VARIABLES.includes(name)))
    await warehouse.run(`set variable ${role}_column = $column`, { column });
}
