import type { Warehouse } from './connection.js';

/** A dataset file that cannot be used; names the file and what is missing. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
}

export interface DatasetColumns {
  readonly sessionColumn: string;
  readonly labelColumn: string;
  readonly timeColumn: string | null;
}

/**
 * Reads a CSV or Parquet file into the run's table `dataset_file`, its rows numbered in the file's order, and sets the
 * variables that `sql/40_dataset_file` reads. The caller holds the transaction.
 * @throws DatasetError where DuckDB cannot read the file or a named column is not in it.
 */
export async function loadDatasetFile(
  warehouse: Warehouse,
  path: string,
  columns: DatasetColumns,
): Promise<void> {
  const isParquet = path.endsWith('.parquet');
  const read = isParquet
    ? 'select file_row_number as file_row, * exclude (file_row_number) from read_parquet($path, file_row_number = true)'
    : 'select row_number() over () - 1 as file_row, * from read_csv($path, header = true, sample_size = -1)';
  try {
    await warehouse.run(`create or replace table dataset_file as ${read}`, { path }, path);
  } catch (error) {
    throw new DatasetError(`${path} cannot be read as ${isParquet ? 'Parquet' : 'CSV'}: ${String(error)}`, {
      cause: error,
    });
  }
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
        `${path} has no column ${name} (named as the ${role} column); it has ${present.slice(1, 21).join(', ')}`,
      );
    }
    await warehouse.run(`set variable ${role}_column = $name`, { name });
  }
}
