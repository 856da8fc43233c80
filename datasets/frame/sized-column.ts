import type { DatasetColumn } from '../../schemas/dataset-table.js';

/** A column and its length. */
export interface SizedColumn {
  readonly column: DatasetColumn;
  readonly rows: number;
}
