import { queryRows } from '../../warehouse/reading/query-rows.js';
import { fromWarehouse } from '../from-warehouse.js';
import { plainTable } from '../plain-table.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { say } from '../say.js';

export interface QueryOptions extends AnswerOptions {
  readonly run?: string | undefined;
}

/** More rows than this are not looked through on a screen. */
const MOST_ROWS = 200;

/** `vqi query SQL`: rows of the warehouse, as a table or as JSON. The warehouse is opened read-only. */
export async function runQueryCommand(sql: string, options: QueryOptions): Promise<void> {
  const most = options.json === true ? Number.MAX_SAFE_INTEGER - 1 : MOST_ROWS;
  const { names, rows, isCut } = await fromWarehouse((warehouse) =>
    queryRows(warehouse, sql, options.run ?? null, most),
  );
  const objects = (): unknown[] =>
    rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
  printAnswer(options, options.json === true ? objects() : null, () => {
    const table = plainTable(names);
    for (const row of rows) table.push(row.map(cell));
    return `${table.toString()}\n`;
  });
  if (isCut) say(`only the first ${MOST_ROWS} rows are shown: --json writes all`);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
