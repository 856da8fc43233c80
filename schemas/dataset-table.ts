/** Column types of a dataset to load into DuckDB, by DuckDB's names. */
export type FixedDatasetType =
  | 'boolean'
  | 'tinyint'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'utinyint'
  | 'usmallint'
  | 'uinteger'
  | 'ubigint'
  | 'float'
  | 'double'
  | 'timestamp';

/**
 * `varchar` cells are unchanged text. `double[]` and `double[][]` cells are text that DuckDB casts to that list, such
 * as `[1.5, NULL]`.
 */
export type TextDatasetType = 'varchar' | 'double[]' | 'double[][]';

export type FixedDatasetValues =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** A range of rows of a column of fixed width. */
export interface FixedPart {
  /**
   * One element per row, of the type's width. Booleans are bytes 0 and 1; timestamps are microseconds since 1970, UTC.
   * May be a view of the source: do not write to it.
   */
  readonly values: FixedDatasetValues;
  /** 1: the row is null. Null if no row is. */
  readonly isNull: Uint8Array | null;
}

export interface FixedDatasetColumn {
  readonly name: string;
  readonly type: FixedDatasetType;
  /** Rows `start` to `start + count`, which must exist. */
  readonly read: (start: number, count: number) => FixedPart;
}

export interface TextDatasetColumn {
  readonly name: string;
  readonly type: TextDatasetType;
  /** Rows `start` to `start + count`, which must exist. */
  readonly read: (start: number, count: number) => (string | null)[];
}

export type DatasetColumn = FixedDatasetColumn | TextDatasetColumn;

/** A table whose columns are read in parts, so that they need no second copy in memory. */
export interface DatasetTable {
  readonly rows: number;
  readonly columns: readonly DatasetColumn[];
  /** For people: parts of the source that were dropped or changed; complete when the columns were read. */
  readonly notes: readonly string[];
}

export function isTextColumn(column: DatasetColumn): column is TextDatasetColumn {
  return column.type === 'varchar' || column.type === 'double[]' || column.type === 'double[][]';
}
