import { DatasetError } from '../../common/dataset-error.js';
import { MISSING_TEXTS } from '../../common/missing-text.js';
import { fill, makeTable } from '../core/fill.js';
import { identifier, quoteText } from '../core/identifier.js';
import type { SqlRow, Warehouse } from '../core/warehouse.js';

/** Share of the values that must be numbers, so that a column of texts is read as numbers; the others become null. */
const LEAST_SHARE = 0.9;
/** From this share on, a column of texts that is left as it is, is named. */
const NAMED_SHARE = 0.1;

const PLAIN = String.raw`[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|Inf|infinity|Infinity)`;
const WHOLE = String.raw`[+-]?\d+`;
/** 0,5 and 1.234,5 and 1.234 */
const COMMA = String.raw`[+-]?\d+,\d+([eE][+-]?\d+)?|[+-]?\d{1,3}(\.\d{3})+(,\d+)?`;
/** 1,234.5 and 1 234 and 1'234 */
const THOUSANDS = String.raw`[+-]?\d{1,3}([, '’]\d{3})+(\.\d+)?`;
const PERCENT = String.raw`[+-]?\d+([.,]\d+)? ?%`;
const UNIT = String.raw`[+-]?\d+([.,]\d+)? ?[A-Za-zµμ°][A-Za-z/²]{0,7}`;

/** Ways to write numbers, by the SQL that reads a trimmed text. */
const STYLES = {
  plain: (text: string) => `try_cast(${text} as double)`,
  'decimal comma': (text: string) => `try_cast(replace(replace(${text}, '.', ''), ',', '.') as double)`,
  'thousands separators': (text: string) => `try_cast(regexp_replace(${text}, '[, ''’]', '', 'g') as double)`,
  percent: (text: string) =>
    `try_cast(replace(replace(replace(${text}, '%', ''), ' ', ''), ',', '.') as double) / 100`,
} as const;
type Style = keyof typeof STYLES;

const FITS: Readonly<Record<Style, string>> = {
  plain: PLAIN,
  'decimal comma': `${COMMA}|${WHOLE}`,
  'thousands separators': `${THOUSANDS}|${PLAIN}`,
  percent: PERCENT,
};

/** Ways to read a time that is written as text, in the order of trying. A time with a zone becomes UTC. */
const TIMES = {
  timestamp: (text: string) =>
    `if(regexp_matches(${text}, '\\d(Z|[+-]\\d\\d(:?\\d\\d)?)$'), make_timestamp(epoch_us(try_cast(${text} as timestamptz))), try_cast(${text} as timestamp))`,
  time: (text: string) => `try_cast(${text} as time)`,
  interval: (text: string) => `try_cast(${text} as interval)`,
} as const;

interface TextProfile {
  readonly column: string;
  readonly values: number;
  readonly missing: number;
  readonly plain: number;
  readonly byStyle: Readonly<Record<Style, number>>;
  /** Values that only this style has. */
  readonly onlyComma: number;
  readonly onlyThousands: number;
  /** Values such as 1,234. */
  readonly either: number;
  readonly unit: number;
}

/** How a column is read. `value`: the SQL for a trimmed text; null: it stays a text. */
interface Reading {
  readonly reading: 'number' | 'time' | 'text';
  readonly style: string;
  readonly value: ((text: string) => string) | null;
}

/**
 * Reads texts of `dataset_file` that are numbers, whatever the way to write them, as numbers, and leaves out rows that
 * repeat the header. Fills `text_columns` and `repeated_headers`.
 * @param kept columns that stay texts: session, label and groups
 * @param time the column that orders the rows, so that it must not stay a text
 * @throws DatasetError if the time is neither numbers nor times
 */
export async function readTextColumns(
  warehouse: Warehouse,
  kept: readonly string[],
  time: string | null,
): Promise<void> {
  await makeTable(warehouse, 'repeated_headers');
  const columns = (await warehouse.rows('select column_name, column_type from (describe dataset_file)')).map(
    (row) => ({ name: String(row['column_name']), type: String(row['column_type']) }),
  );
  const texts = columns.filter(({ type }) => type === 'VARCHAR').map(({ name }) => name);
  await leaveOutHeaders(warehouse, columns.length - 1, texts);
  const profiles: TextProfile[] = [];
  for (const name of texts.filter((each) => !kept.includes(each)))
    profiles.push(await profileOf(warehouse, name));
  const hints = {
    comma: profiles.some(({ onlyComma, onlyThousands }) => onlyComma > 0 && onlyThousands === 0),
    point:
      columns.some(({ type }) => ['DOUBLE', 'FLOAT'].includes(type) || type.startsWith('DECIMAL')) ||
      profiles.some(({ onlyThousands }) => onlyThousands > 0),
  };
  const readings = new Map<string, Reading>();
  const rows: Parameters<typeof fill>[2][number][] = [];
  for (const profile of profiles) {
    const { column } = profile;
    const reading =
      column === time ? await timeReading(warehouse, profile, hints) : numberReading(profile, hints);
    if (reading === null) continue;
    rows.push(await rowOf(warehouse, profile, reading));
    if (reading.value !== null) readings.set(column, reading);
  }
  await fill(warehouse, 'text_columns', rows);
  if (readings.size === 0) return;
  const replaced = Array.from(
    readings,
    ([name, { value }]) => `${readValue(name, value!)} as ${identifier(name)}`,
  );
  await warehouse.run(
    `create or replace table dataset_file as select * replace (${replaced.join(', ')}) from dataset_file`,
    {},
    'numbers as text',
  );
}

/** Files that were joined have their header again: a row with the name of the column in every column. */
async function leaveOutHeaders(
  warehouse: Warehouse,
  columns: number,
  texts: readonly string[],
): Promise<void> {
  if (columns < 2 || texts.length < columns) return;
  const isHeader = texts.map((name) => `trim(${identifier(name)}) = ${quoteText(name.trim())}`).join(' and ');
  await warehouse.run(
    `insert into repeated_headers select file_row from dataset_file where ${isHeader};
    delete from dataset_file where ${isHeader}`,
    {},
    'repeated headers',
  );
}

/** The text of a column: trimmed, with the minus and the space of ASCII. */
function trimmed(name: string): string {
  return `trim(translate(${identifier(name)}, '−' || chr(160) || chr(8239) || chr(9), '-   '))`;
}

const isMissing = (text: string): string =>
  `lower(${text}) in (${MISSING_TEXTS.map((each) => quoteText(each)).join(', ')})`;

const readValue = (name: string, value: (text: string) => string): string =>
  `if(${isMissing(trimmed(name))}, null, ${value(trimmed(name))})`;

async function profileOf(warehouse: Warehouse, column: string): Promise<TextProfile> {
  const fits = (pattern: string): string => `regexp_full_match(text, ${quoteText(pattern)})`;
  const counts: Record<string, string> = {
    missing: 'false',
    plain: fits(PLAIN),
    comma: fits(FITS['decimal comma']),
    thousands: fits(FITS['thousands separators']),
    percent: fits(PERCENT),
    onlyComma: `${fits(COMMA)} and not ${fits(FITS['thousands separators'])}`,
    onlyThousands: `${fits(THOUSANDS)} and not ${fits(COMMA)}`,
    either: `${fits(COMMA)} and ${fits(THOUSANDS)}`,
    unit: fits(UNIT),
  };
  const [row] = await warehouse.rows(
    `select
      count(text)::integer as values,
      (select count(*)::integer from dataset_file where ${isMissing(trimmed(column))}) as missing,
      ${Object.entries(counts)
        .filter(([name]) => name !== 'missing')
        .map(([name, holds]) => `count_if(${holds})::integer as "${name}"`)
        .join(', ')}
    from (select ${trimmed(column)} as text from dataset_file where not (${isMissing(trimmed(column))}))`,
    {},
    `texts of ${column}`,
  );
  const count = (name: string): number => Number((row as SqlRow)[name]);
  return {
    column,
    values: count('values'),
    missing: count('missing'),
    plain: count('plain'),
    byStyle: {
      plain: count('plain'),
      'decimal comma': count('comma'),
      'thousands separators': count('thousands'),
      percent: count('percent'),
    },
    onlyComma: count('onlyComma'),
    onlyThousands: count('onlyThousands'),
    either: count('either'),
    unit: count('unit'),
  };
}

/** Null if the column is of texts that are no numbers. */
function numberReading(profile: TextProfile, hints: { comma: boolean; point: boolean }): Reading | null {
  const { values, byStyle, onlyComma, onlyThousands, either, unit } = profile;
  if (values === 0) return null;
  const style = styleOf(profile, hints);
  if (style !== null && byStyle[style] >= LEAST_SHARE * values)
    return { reading: 'number', style, value: STYLES[style] };
  const left = (words: string): Reading => ({ reading: 'text', style: words, value: null });
  if (onlyComma > 0 && onlyThousands > 0)
    return left('numbers with decimal commas and numbers with thousands separators');
  if (style === null && either > 0)
    return left('numbers such as 1,234, with a decimal comma or a thousands separator');
  if (unit >= LEAST_SHARE * values) return left('numbers with a unit');
  return Math.max(...Object.values(byStyle)) >= NAMED_SHARE * values
    ? left('texts, and numbers among them')
    : null;
}

/** The way in which a column's numbers are written; null if it is not clear. */
function styleOf(
  { byStyle, onlyComma, onlyThousands, either, plain }: TextProfile,
  hints: { comma: boolean; point: boolean },
): Style | null {
  if (byStyle.percent > plain) return 'percent';
  if (onlyComma > 0) return onlyThousands > 0 ? null : 'decimal comma';
  if (onlyThousands > 0) return 'thousands separators';
  if (either === 0) return 'plain';
  if (hints.comma) return 'decimal comma';
  return hints.point ? 'thousands separators' : null;
}

/** A time that stayed a text would be sorted as text: 10 before 9. */
async function timeReading(
  warehouse: Warehouse,
  profile: TextProfile,
  hints: { comma: boolean; point: boolean },
): Promise<Reading | null> {
  const { column, values } = profile;
  if (values === 0) return null;
  const number = numberReading(profile, hints);
  if (number?.reading === 'number') return number;
  for (const [type, value] of Object.entries(TIMES)) {
    const [row] = await warehouse.rows(
      `select count(${readValue(column, value)})::integer as read from dataset_file`,
      {},
      `times of ${column}`,
    );
    if (Number(row?.['read']) >= LEAST_SHARE * values) return { reading: 'time', style: type, value };
  }
  const [example] = await warehouse.rows(
    `select ${identifier(column)} as text from dataset_file where not (${isMissing(trimmed(column))}) order by file_row limit 1`,
  );
  throw new DatasetError(
    `the time column ${column} is text that is neither numbers nor times, for example ${JSON.stringify(example?.['text'])}: write seconds, or times such as 2024-01-31 10:00:00`,
  );
}

async function rowOf(
  warehouse: Warehouse,
  { column, values, missing }: TextProfile,
  { reading, style, value }: Reading,
) {
  const read = value === null ? 'null' : readValue(column, value);
  const [row] = await warehouse.rows(
    `select
      count(${read})::integer as read,
      min_by(${identifier(column)}, file_row) filter (${isMissing(trimmed(column))}) as missing,
      min_by(${identifier(column)}, file_row) filter (not (${isMissing(trimmed(column))}) and ${read} is null) as unread
    from dataset_file`,
    {},
    `texts of ${column}`,
  );
  const text = (name: string): string | null => (row?.[name] as string | null | undefined) ?? null;
  return {
    column_name: column,
    reading,
    style,
    value_rows: values,
    read_rows: Number(row?.['read']),
    missing_rows: missing,
    missing_example: text('missing'),
    unread_example: text('unread'),
  };
}
