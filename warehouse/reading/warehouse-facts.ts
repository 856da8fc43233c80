import { DuckDBInstance } from '../core/duckdb.js';
import { readWarehouse } from '../core/open-warehouse.js';
import { textOf } from '../core/row-values.js';
import { warehouseId } from '../core/warehouse-format.js';

/** What is known of a warehouse without reading its rows. */
export interface WarehouseFacts {
  readonly warehouseId: string;
  /** Layout of its shared tables. */
  readonly format: string;
  readonly runs: number;
  readonly models: number;
}

/** Null: there is none yet. @throws WarehouseBusyError, WarehouseDamagedError, WarehouseFormatError */
export async function warehouseFacts(path: string): Promise<WarehouseFacts | null> {
  return await readWarehouse(path, async (warehouse) => {
    const [row] = await warehouse.rows(
      `select
        (select count(*)::integer from main.runs) as runs, (select count(*)::integer from main.models) as models,
        (select layout from main.warehouse_format) as format`,
    );
    return {
      warehouseId: await warehouseId(warehouse),
      format: String(row?.['format']),
      runs: Number(row?.['runs']),
      models: Number(row?.['models']),
    };
  });
}

/** Version of DuckDB. @throws Error if its library cannot be loaded, or opens no database */
export async function duckdbVersion(): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const [row] = (await connection.runAndReadAll('select version() as version')).getRowObjectsJson();
    return textOf(row?.['version'] ?? null) ?? 'unknown';
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
