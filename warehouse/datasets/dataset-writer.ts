import { rm } from 'node:fs/promises';
import { DatasetError } from '../../common/dataset-error.js';
import type { DatasetColumn, DatasetTable } from '../../schemas/dataset-table.js';
import { appendDataset } from '../core/append.js';
import { DuckDBInstance, type DuckDBConnection } from '../core/duckdb.js';
import { identifier, quoteText } from '../core/identifier.js';
import { readParquet } from '../core/read-file.js';

/** Memory limit of DuckDB in a compute thread, in MB; the rest goes to its temporary folder. */
const MEMORY_MB = 512;
/** What each column may take besides: a Parquet writer has buffers for every one, which do not go to the folder. */
const MEMORY_MB_PER_COLUMN = 0.25;
/** Rows of a Parquet row group: with hundreds of columns, more rows would only need more memory. */
const ROW_GROUP_ROWS = 16_384;

/** Most columns of a dataset: the statements that profile and clean them name each one. */
export const MOST_COLUMNS = 4096;

/** @throws DatasetError if a dataset has too many columns. */
export function requireColumns(count: number): void {
  if (count > MOST_COLUMNS)
    throw new DatasetError(
      `the table has ${count} columns; at most ${MOST_COLUMNS} are read: leave some out`,
    );
}

/** Raises the memory limit of a scratch database for a table of so many columns. */
export async function allowColumns(connection: DuckDBConnection, columns: number): Promise<void> {
  await connection.run(`set memory_limit = '${MEMORY_MB + Math.ceil(columns * MEMORY_MB_PER_COLUMN)}MB'`);
}

/**
 * Opens a separate DuckDB in memory for one conversion, apart from the warehouse. It swaps to a folder next to `path`,
 * which is removed afterwards. It has one thread, so that the same input gives the same bytes.
 * @throws DatasetError if `work` needs more memory than it may have
 */
export async function withScratch<T>(
  path: string,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const swap = `${path}.swap`;
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${MEMORY_MB}MB`,
    temp_directory: swap,
  });
  try {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } catch (cause) {
      if (!(cause instanceof Error && cause.message.startsWith('Out of Memory'))) throw cause;
      throw new DatasetError(
        'the table needs too much memory to be converted: leave out columns that no model needs, or divide its rows among several files',
        { cause },
      );
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
    await rm(swap, { recursive: true, force: true });
  }
}

/** Writes the result of a query to a Parquet file. @returns the number of rows. */
export async function copyToParquet(
  connection: DuckDBConnection,
  query: string,
  path: string,
  compression: 'zstd' | 'uncompressed' = 'zstd',
): Promise<number> {
  const reader = await connection.runAndReadAll(
    `copy (${query}) to ${quoteText(path)} (format parquet, compression ${compression}, row_group_size ${ROW_GROUP_ROWS})`,
  );
  return Number(reader.getRows()[0]?.[0] ?? 0);
}

/**
 * Writes tables, one after the other, into one Parquet file; all must have the columns of the first. It writes parts of one
 * row group, which are joined in the end, so that memory does not grow with the rows.
 * @param headOnly write the columns of the first table, and no rows
 */
export async function writeDataset(
  tables: Iterable<DatasetTable> | AsyncIterable<DatasetTable>,
  path: string,
  onProgress: (rows: number) => void,
  headOnly = false,
): Promise<{ rows: number; columns: string[]; notes: string[] }> {
  const parts: string[] = [];
  const notes = new Set<string>();
  try {
    return await withScratch(path, async (connection) => {
      let target: { query: string; columns: string[] } | null = null;
      let rows = 0;
      for await (const given of tables) {
        const table = headOnly ? { ...given, rows: 0 } : given;
        target ??= await makeTarget(connection, table.columns, notes);
        // A table without rows gives a part too, so that the file has its columns.
        for (let start = 0; start === 0 || start < table.rows; start += ROW_GROUP_ROWS) {
          const end = Math.min(table.rows, start + ROW_GROUP_ROWS);
          await appendDataset(connection, 'dataset', table, start, end);
          const part = `${path}.part${parts.length}`;
          parts.push(part);
          await copyToParquet(connection, target.query, part, 'uncompressed');
          await connection.run('truncate dataset');
          rows += end - start;
          onProgress(rows);
        }
        // Some show only when the columns were read.
        for (const note of table.notes) notes.add(note);
        if (headOnly) break;
      }
      if (target === null) throw new DatasetError('the file contains no table');
      const written = await copyToParquet(connection, `from ${readParquet(parts)}`, path);
      if (written !== rows) throw new Error(`${path} has ${written} of ${rows} rows`);
      return { rows, columns: target.columns, notes: [...notes] };
    });
  } finally {
    for (const part of parts) await rm(part, { force: true });
  }
}

/** Makes the table `dataset` for these columns. @returns their names, and the query for its rows in their final types. */
async function makeTarget(
  connection: DuckDBConnection,
  columns: readonly DatasetColumn[],
  notes: Set<string>,
): Promise<{ query: string; columns: string[] }> {
  requireColumns(columns.length);
  await allowColumns(connection, columns.length);
  const names = uniqueNames(columns, notes);
  await connection.run(createTable(columns, names));
  const selected = names.map((name, at) => {
    const type = columns[at]?.type;
    const isList = type === 'double[]' || type === 'double[][]';
    return isList ? `${identifier(name)}::${type} as ${identifier(name)}` : identifier(name);
  });
  return { query: `select ${selected.join(', ')} from dataset`, columns: names };
}

function createTable(columns: readonly DatasetColumn[], names: readonly string[]): string {
  const specs = columns.map(({ type }, at) => {
    const isText = type === 'varchar' || type === 'double[]' || type === 'double[][]';
    return `${identifier(names[at] ?? '')} ${isText ? 'varchar' : type}`;
  });
  return `create table dataset (${specs.join(', ')})`;
}

/** For DuckDB, `A` and `a` are the same, and every column needs a name: later ones get a number. */
function uniqueNames(columns: readonly DatasetColumn[], notes: Set<string>): string[] {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    const base = name === '' ? 'column' : name.replaceAll('\0', '');
    let unique = base;
    for (let number = 2; taken.has(unique.toLowerCase()); number++) unique = `${base}_${number}`;
    taken.add(unique.toLowerCase());
    if (unique !== name)
      notes.add(`a second column ${JSON.stringify(name)} is named ${JSON.stringify(unique)}`);
    return unique;
  });
}
