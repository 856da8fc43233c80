import { open } from 'node:fs/promises';
import { DatasetError } from '../../common/dataset-error.js';
import type { DuckDBConnection } from '../core/duckdb.js';
import { identifier } from '../core/identifier.js';
import { readCsv, readJson, readParquet } from '../core/read-file.js';
import { allowColumns, copyToParquet, MOST_COLUMNS, requireColumns, withScratch } from './dataset-writer.js';
import { requireShallow } from './json-depth.js';
import { csvFault, jsonFault } from './text-fault.js';

/** Formats that DuckDB reads, with the query for each. */
const READERS = {
  parquet: (path: string) => readParquet(path),
  csv: (path: string, { delimiter }: TextShape, headOnly: boolean) =>
    readCsv(path, { header: true, sample_size: headOnly ? SAMPLE_ROWS : -1, delim: delimiter }),
  'json lines': (path: string, { isArray }: TextShape) =>
    readJson(path, {
      format: isArray ? 'array' : 'newline_delimited',
      sample_size: -1,
      maximum_object_size: LONGEST_OBJECT_BYTES,
      maximum_depth: DEEPEST_TYPE + 2,
    }),
} as const;

/** Rows that show the types of CSV well enough if its values are not read. */
const SAMPLE_ROWS = 20_480;
/** Longest JSON object, DuckDB's default. */
const LONGEST_OBJECT_BYTES = 16_777_216;
/** Longest first line of a CSV file. */
const LONGEST_HEADER_BYTES = 1 << 22;
/** Deepest lists and objects of a column. What is nested deeper stays text (JSON) or is left out: DuckDB needs twice the time for every level. */
const DEEPEST_TYPE = 2;
/** Lines of DuckDB's message that say where and why; the options that follow are cut off. */
const MESSAGE_LINES = 4;

/**
 * Reads a file with DuckDB, which checks every value, and writes it as Parquet.
 * @param headOnly write its columns, and no rows
 * @returns the number of rows, the columns, and what was left out
 * @throws DatasetError with DuckDB's reason; for CSV and JSON it names the line.
 */
export async function convertDataset(
  path: string,
  format: keyof typeof READERS,
  outputPath: string,
  headOnly = false,
): Promise<{ rows: number; columns: string[]; notes: string[] }> {
  const shape = await shapeOf(path);
  if (format === 'csv') requireColumns(shape.columns);
  if (format === 'json lines') await requireShallow(path);
  return await withScratch(outputPath, async (connection) => {
    try {
      const source = READERS[format](path, shape, headOnly);
      // To count the columns of JSON, the whole file would have to be read twice.
      const columnCounts = {
        csv: () => shape.columns,
        'json lines': () => MOST_COLUMNS,
        parquet: async () => (await columnsOf(connection, source)).length,
      };
      const count = await columnCounts[format]();
      requireColumns(count);
      await allowColumns(connection, count);
      const { query, notes } = await withoutDeepColumns(connection, source, format);
      const rows = await copyToParquet(connection, headOnly ? `${query} limit 0` : query, outputPath);
      const columns = (await columnsOf(connection, readParquet(outputPath))).map(({ name }) => name);
      requireColumns(columns.length);
      return { rows, columns, notes };
    } catch (cause) {
      if (cause instanceof DatasetError) throw cause;
      const message = cause instanceof Error ? cause.message : String(cause);
      // A full disk or full memory is not the fault of the file.
      if (/^(IO Error: .*(No space|Could not write)|Out of Memory)/.test(message)) throw cause;
      const named =
        format === 'csv' && !message.includes('Line:')
          ? await csvFault(path, shape.delimiter)
          : format === 'json lines' && !shape.isArray
            ? await jsonFault(path)
            : null;
      const reason =
        named ??
        message
          .replace(/\n\s*LINE \d+:[^]*$/, '')
          .split('\n')
          // DuckDB quotes the line, which may be of any file.
          .filter((line) => line.trim() !== '' && !line.startsWith('Original Line:'))
          .slice(0, MESSAGE_LINES)
          .join(' ');
      throw new DatasetError(`cannot be read as ${format}: ${reason.replaceAll(path, 'the file')}`, {
        cause,
      });
    }
  });
}

interface Column {
  readonly name: string;
  readonly type: string;
}

async function columnsOf(connection: DuckDBConnection, source: string): Promise<Column[]> {
  const reader = await connection.runAndReadAll(
    `select column_name, column_type from (describe from ${source})`,
  );
  return reader.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
}

/** The query for all columns but those of Parquet that are nested too deeply, which a note names. */
async function withoutDeepColumns(
  connection: DuckDBConnection,
  source: string,
  format: keyof typeof READERS,
): Promise<{ query: string; notes: string[] }> {
  if (format !== 'parquet') return { query: `from ${source}`, notes: [] };
  const columns = await columnsOf(connection, source);
  requireColumns(columns.length);
  const deep = columns.filter(({ type }) => depthOf(type) > DEEPEST_TYPE);
  if (deep.length === 0) return { query: `from ${source}`, notes: [] };
  if (deep.length === columns.length)
    throw new DatasetError(`all columns are nested more than ${DEEPEST_TYPE} deep`);
  return {
    query: `select * exclude (${deep.map(({ name }) => identifier(name)).join(', ')}) from ${source}`,
    notes: deep.map(({ name, type }) => `column ${name} is left out: it is nested ${depthOf(type)} deep`),
  };
}

/** How deep lists and objects are nested in a type of DuckDB, such as `STRUCT(a INTEGER[])[]`. */
function depthOf(type: string): number {
  /** Depth of the deepest part inside each open bracket, and of the part before the cursor. */
  const deepest = [0];
  let depth = 0;
  // Names of fields may contain anything; DECIMAL(18,3) is not nested.
  const tokens = type.replaceAll(/"(?:[^"]|"")*"/g, '').replaceAll(/DECIMAL\([\d,]*\)/g, '');
  for (const [token] of tokens.matchAll(/\(|\)|,|\[\d*\]/g)) {
    if (token === '(') {
      deepest.push(0);
      depth = 0;
    } else if (token === ')') depth = Math.max(deepest.pop() ?? 0, depth) + 1;
    else if (token === ',') {
      deepest.push(Math.max(deepest.pop() ?? 0, depth));
      depth = 0;
    } else depth += 1;
  }
  return depth;
}

/** The shape of a text file, from its first bytes. */
interface TextShape {
  /** CSV: fields of the first line. */
  readonly columns: number;
  /**
   * The most frequent delimiter of the header. DuckDB's own detection reads a file with one row too long as a file of one
   * column, without an error.
   */
  readonly delimiter: string;
  /** JSON: one array instead of an object on each line. */
  readonly isArray: boolean;
}

async function shapeOf(path: string): Promise<TextShape> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(LONGEST_HEADER_BYTES) });
    const text = buffer.toString('latin1', 0, bytesRead);
    const [header = ''] = text.split('\n');
    const counts = [',', ';', '\t', '|'].map((delimiter) => ({
      delimiter,
      count: header.split(delimiter).length,
    }));
    const { delimiter, count } = counts.reduce((best, each) => (each.count > best.count ? each : best));
    return { columns: count, delimiter, isArray: /^\s*\[/.test(text) };
  } finally {
    await file.close();
  }
}
