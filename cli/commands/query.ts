import { queryRows } from '../../warehouse/reading/query-rows.js';
import { fromWarehouse } from '../from-warehouse.js';
import { plainTable } from '../plain-table.js';
import { say } from '../say.js';

export interface QueryOptions {
  readonly run?: string | undefined;
  readonly json?: boolean | undefined;
}

/** More rows than this are not looked through on a screen. */
const MOST_ROWS = 200;

/** `vqi query SQL`: rows of the warehouse, as a table or as JSON lines. The warehouse is opened read-only. */
export async function runQueryCommand(sql: string, { run, json }: QueryOptions): Promise<void> {
  const most = json === true ? Number.MAX_SAFE_INTEGER - 1 : MOST_ROWS;
  const { names, rows, isCut } = await fromWarehouse((warehouse) =>
    queryRows(warehouse, sql, run ?? null, most),
  );
  if (json === true) {
    for (const row of rows)
      process.stdout.write(
        `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, row[at]])))}\n`,
      );
    return;
  }
  const table = plainTable(names);
  for (const row of rows) table.push(row.map(cell));
  process.stdout.write(`${table.toString()}\n`);
  if (isCut) say(`only the first ${MOST_ROWS} rows are shown: --json writes all`);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
