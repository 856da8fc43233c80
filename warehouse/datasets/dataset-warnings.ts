import { countText } from '../../common/count-text.js';
import { percentText } from '../../common/percent-text.js';
import type { SqlRow, Warehouse } from '../core/warehouse.js';

/** A column with a smaller share of missing values could be kept. */
const FEW_NULLS = 0.05;
/** Most examples in one warning. */
const MOST_NAMED = 3;
/** Most characters of a text that a warning quotes. */
const LONGEST_QUOTE = 60;

/** Warnings about a dataset file: labels and texts that were not understood, or read in a way that may be wrong. */
export async function datasetWarnings(warehouse: Warehouse): Promise<string[]> {
  return [
    ...(await labelWarnings(warehouse)),
    ...(await ladderWarnings(warehouse)),
    ...(await headerWarnings(warehouse)),
    ...(await textWarnings(warehouse)),
    ...(await nullWarnings(warehouse)),
  ];
}

async function labelWarnings(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.rows('from label_readings order by row_count desc, label_text');
  const of = (reading: string): SqlRow[] => rows.filter((row) => row['reading'] === reading);
  const unread = of('not understood');
  const named = of('name');
  const missing = of('none');
  const quoted = (row: SqlRow): string => `${quote(row['label_text'])} (${String(row['row_count'])})`;
  return [
    ...(unread.length === 0
      ? []
      : [
          `${inRows(unread, 'has', 'have')} a label that is not understood: ${examples(unread.map((row) => `${quoted(row)}, ${String(row['reason'])}`))}. Write the number of lines, such as 720 or 720p`,
        ]),
    ...(named.length === 0
      ? []
      : [
          `labels are read as YouTube's player names them: ${examples(named.map((row) => `${quoted(row)} as ${String(row['resolution_px'])}p`))}`,
        ]),
    ...(missing.length === 0
      ? []
      : [
          `${inRows(missing, 'has', 'have')} a label that says that there is none: ${examples(missing.map(quoted))}`,
        ]),
  ];
}

async function ladderWarnings(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.rows(
    `select resolution_px, count(*)::integer as row_count from cleaned_rows
    where dropped_by = 'off the ladder' group by all order by row_count desc, resolution_px`,
  );
  if (rows.length === 0) return [];
  return [
    `${inRows(rows, 'is', 'are')} left out, because the resolution is not on the ladder: ${examples(rows.map((row) => `${String(row['resolution_px'])}p (${String(row['row_count'])})`))}. Other resolutions can be named in ladder`,
  ];
}

async function headerWarnings(warehouse: Warehouse): Promise<string[]> {
  const [found] = await warehouse.rows(
    'select count(*)::integer as row_count, min(file_row)::integer as first from repeated_headers',
  );
  const count = Number(found?.['row_count']);
  if (count === 0) return [];
  return [
    `${countText(count, 'row', 'repeats', 'repeat')} the header and ${count === 1 ? 'is' : 'are'} left out, the first behind ${String(found?.['first'])} rows`,
  ];
}

/** Columns that would be inputs, were it not for a few missing values. */
async function nullWarnings(warehouse: Warehouse): Promise<string[]> {
  // Where no row is left, columns are not looked at.
  if (!(await warehouse.tables()).has('cleaned_columns')) return [];
  const rows = await warehouse.rows(
    `select column_name, null_count::integer as null_count, row_count::integer as row_count
    from cleaned_columns where dropped_by = 'nulls' and null_count <= $few * row_count
    order by null_count desc, column_index`,
    { few: FEW_NULLS },
  );
  const [first] = rows;
  if (first === undefined) return [];
  const [missing, of] = [Number(first['null_count']), Number(first['row_count'])];
  return [
    `${countText(rows.length, 'column', 'is', 'are')} left out, because up to ${percentText(missing / of, 1)} of the rows have no value there: ${examples(rows.map((row) => `${String(row['column_name'])} (${String(row['null_count'])} of ${String(row['row_count'])})`))}. To keep ${rows.length === 1 ? 'it' : 'them'}: --max-null-share ${FEW_NULLS} (in a configuration cleaning.maxNullShare)`,
  ];
}

async function textWarnings(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.rows('from text_columns order by column_name');
  return rows.flatMap((row) => {
    const [column, style] = [String(row['column_name']), String(row['style'])];
    const values = Number(row['value_rows']);
    const unread = values - Number(row['read_rows']);
    const missing = Number(row['missing_rows']);
    const share = (count: number, of: number): string =>
      `${count} of ${of} values (${percentText(count / of, 1)})`;
    const absent =
      missing === 0
        ? []
        : [
            `${share(missing, values + missing)} such as ${quote(row['missing_example'])} count as missing; a column with missing values is no input, unless cleaning.maxNullShare allows them`,
          ];
    const example = quote(row['unread_example']);
    if (row['reading'] === 'text')
      return [`column ${column} is text and no input: ${style}, for example ${example}`];
    const odd =
      unread === 0
        ? []
        : [`${share(unread, values)} such as ${example} are not understood, and count as missing`];
    const said = [...(style === 'plain' ? [] : [`its texts are read as ${words(style)}`]), ...odd, ...absent];
    return said.length === 0 ? [] : [`column ${column}: ${said.join('; ')}`];
  });
}

/** How a style of `text_columns` reads in a sentence. */
function words(style: string): string {
  switch (style) {
    case 'percent':
      return 'percentages (9.4% is 0.094)';
    case 'decimal comma':
    case 'thousands separators':
      return `numbers with ${style}`;
    default:
      return `times (${style})`;
  }
}

/** A text of the file, cut if it is long. */
function quote(text: unknown): string {
  const whole = String(text);
  return JSON.stringify(whole.length > LONGEST_QUOTE ? `${whole.slice(0, LONGEST_QUOTE)}…` : whole);
}

/** How many rows, with the verb. */
function inRows(rows: readonly SqlRow[], one: string, several: string): string {
  const count = rows.reduce((sum, row) => sum + Number(row['row_count']), 0);
  return countText(count, 'row', one, several);
}

function examples(texts: readonly string[]): string {
  return (
    texts.slice(0, MOST_NAMED).join('; ') + (texts.length > MOST_NAMED ? `; … (${texts.length} in all)` : '')
  );
}
