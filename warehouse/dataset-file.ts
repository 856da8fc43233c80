import { DatasetError } from '../schemas/dataset-error.js';
import type { Warehouse } from './connection.js';

export interface DatasetColumns {
  readonly sessionColumn: string;
  readonly labelColumn: string;
  readonly timeColumn: string | null;
}

/**
 * Loads a dataset that was read into Parquet (`worker/tasks/read-dataset.ts`) into the run's table `dataset_file`, its
 * rows numbered in the file's order, and sets the variables that `sql/40_dataset_file` reads. The caller holds the
 * transaction.
 * @param source the file that the user named, for errors.
 * @throws DatasetError where a named column is not in it.
 */
export async function loadDatasetFile(
  warehouse: Warehouse,
  path: string,
  source: string,
  columns: DatasetColumns,
): Promise<void> {
  await warehouse.run(
    'create or replace table dataset_file as select file_row_number as file_row, * exclude (file_row_number) from read_parquet($path, file_row_number = true)',
    { path },
    path,
  );
  const present = (await warehouse.rows('select column_name from (describe dataset_file)')).map((row) =>
    String(row['column_name']),
  );
  const wanted = {
    session: columns.sessionColumn,
    label: columns.labelColumn,
    time: columns.timeColumn ?? 'file_row',
  };
  for (const [role, name] of Object.entries(wanted)) {
    if (!present.includes(name)) {
      throw new DatasetError(
        `${source} has no column ${name} (named as the ${role} column); it has ${present.slice(1, 21).join(', ')}`,
      );
    }
    await warehouse.run(`set variable ${role}_column = $name`, { name });
  }
}
