import { csvCell } from '../../common/csv-cell.js';
import { queryRows } from '../../warehouse/reading/query-rows.js';
import { fromWarehouse } from '../from-warehouse.js';
import { fittedTable, terminalWidth } from '../plain-table.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { say } from '../say.js';

export interface QueryOptions extends AnswerOptions {
  readonly csv?: boolean | undefined;
  readonly run?: string | undefined;
}

/** More rows than this are not looked through on a screen. */
const MOST_ROWS = 200;

/** Texts are shortened to this before columns go, where a terminal is too narrow. */
const LEAST_TEXT = 12;

/** `vqi query SQL`: rows of the warehouse, as a table, as JSON or as CSV. The warehouse is opened read-only. */
export async function runQueryCommand(sql: string, options: QueryOptions): Promise<void> {
  const most = options.json === true || options.csv === true ? Number.MAX_SAFE_INTEGER - 1 : MOST_ROWS;
  const { names, rows, isCut } = await fromWarehouse((warehouse) =>
    queryRows(warehouse, sql, options.run ?? null, most),
  );
  const objects = (): unknown[] =>
    rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
  printAnswer(options, options.json === true ? objects() : null, () => {
    if (options.csv === true) return csvText(names, rows);
    const columns = names.map((head, at) => ({
      head,
      ...(rows.some((row) => isText(row[at])) ? { least: LEAST_TEXT } : {}),
      ...(at > 0 ? { goes: at } : {}),
    }));
    return fittedTable(
      columns,
      rows.map((row) => row.map(cell)),
      terminalWidth(),
    );
  });
  if (isCut) say(`only the first ${MOST_ROWS} rows are shown: --json and --csv write all`);
}

function csvText(names: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return [names, ...rows].map((row) => `${row.map((value) => csvCell(cell(value))).join(',')}\n`).join('');
}

/** Large integers and decimals come as texts too. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && !/^-?[\d.]+$/.test(value);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
