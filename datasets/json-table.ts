import { DatasetError } from '../common/dataset-error.js';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type JsonObject = Record<string, Json>;

/** A JSON document that is one table. */
interface DocumentTable {
  /** Their keys are as `markNumbers` made them. */
  readonly rows: JsonObject[];
  /** What was left out. */
  readonly notes: readonly string[];
}

/** A text of JSON; with the colon behind it, a key. One without an end is matched too, so that none of its quotes is tried again. */
const TEXT = /"([^"\\]*(?:\\[^][^"\\]*)*)(?:"(\s*:)?|\\?$)/g;

/**
 * JSON with `#` before keys that are whole numbers, because JavaScript sorts these, whatever their order in the file. Keys that
 * have `#` before a number get one more.
 */
export function markNumbers(json: string): string {
  return renameKeys(json, marked);
}

/** The JSON before `markNumbers`. */
export function unmarkNumbers(json: string): string {
  return renameKeys(json, unmarked);
}

const marked = (key: string): string => (/^#*\d+$/.test(key) ? `#${key}` : key);
const isMarked = (key: string): boolean => /^#+\d+$/.test(key);
const unmarked = (key: string): string => (isMarked(key) ? key.slice(1) : key);

function renameKeys(json: string, rename: (key: string) => string): string {
  return json.replace(TEXT, (text: string, name: string, colon: string | undefined) => {
    if (colon === undefined) return text;
    const key = name.includes('\\') ? unescaped(text.slice(0, text.length - colon.length)) : name;
    const renamed = key === null ? key : rename(key);
    return renamed === key ? text : `"${renamed}"${colon}`;
  });
}

/** Null: the text is not JSON. */
function unescaped(text: string): string | null {
  try {
    return String(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * The rows of one JSON document that holds a whole table, in each of the forms that pandas writes: by column or by index
 * (`orient='columns'`, `'index'`), lists by column, `'split'` and `'table'`. Null if it is none of these. Names of rows are left out, as
 * those of an unnamed index of a pickle, and noted if they are more than numbers from 0 on. Rows and columns are in the order of
 * the file.
 * @param document what `markNumbers` made of the file, parsed
 * @throws DatasetError if its columns differ in length, or two have the same name
 */
export function tableOfDocument(document: unknown): DocumentTable | null {
  if (!isObject(document)) return null;
  const { columns, data, schema, index } = document;
  if (Array.isArray(columns) && Array.isArray(data)) {
    const names = columns.map(String).map(marked);
    const twice = names.find((name, at) => names.indexOf(name) < at);
    if (twice !== undefined)
      throw new DatasetError(`two columns of the JSON table are named ${unmarked(twice)}: rename one`);
    const rows = data.map((row) => {
      if (!Array.isArray(row) || row.length !== names.length)
        throw new DatasetError('a row of the JSON table has another number of values than columns');
      return Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]));
    });
    return { rows, notes: Array.isArray(index) ? rowNameNotes(index) : [] };
  }
  if (schema !== undefined && Array.isArray(data))
    return data.every(isObject) ? { rows: data, notes: [] } : null;
  const parts = Object.entries(document);
  if (parts.length === 0) return null;
  if (parts.every(([, part]) => Array.isArray(part))) {
    const lists = parts as [string, Json[]][];
    const rows = lists[0]?.[1].length ?? 0;
    if (lists.some(([, list]) => list.length !== rows))
      throw new DatasetError('the columns of the JSON table differ in length');
    const table = Array.from({ length: rows }, (_, row) =>
      Object.fromEntries(lists.map(([name, list]) => [name, list[row] ?? null])),
    );
    return { rows: table, notes: [] };
  }
  if (!parts.every(([, part]) => isObject(part))) return null;
  const objects = parts as [string, JsonObject][];
  // By index: pandas numbers the rows.
  if (objects.every(([name]) => isMarked(name)))
    return {
      rows: objects.map(([, row]) => row),
      notes: rowNameNotes(objects.map(([name]) => unmarked(name))),
    };
  const keys = [...new Set(objects.flatMap(([, column]) => Object.keys(column)))];
  const rows = keys.map((key) =>
    Object.fromEntries(objects.map(([name, column]) => [name, column[key] ?? null])),
  );
  return { rows, notes: rowNameNotes(keys.map(unmarked)) };
}

function rowNameNotes(names: readonly Json[]): string[] {
  const odd = names.findIndex((name, at) => name !== at && name !== String(at));
  if (odd === -1) return [];
  return [
    `the names of the ${names.length} rows of the JSON table were dropped, such as ${JSON.stringify(names[odd])}; df.reset_index() makes them a column`,
  ];
}

/** Whether a file that begins so may be one JSON object, and not an array or an object on each line. */
export function mayBeDocument(head: Uint8Array): boolean {
  const text = Buffer.from(head)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (!text.startsWith('{')) return false;
  const end = text.indexOf('\n');
  if (end < 0 || text.slice(end).trim() === '') return true;
  try {
    JSON.parse(text.slice(0, end));
    return false;
  } catch {
    return true;
  }
}

/** Whether JSON has rounded a number of the rows: whole, and too large for a double. */
export function hasRounded(rows: readonly JsonObject[]): boolean {
  return rows.some((row) =>
    Object.values(row).some(
      (value) => typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value),
    ),
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
