import { runSchema } from '../../common/run-schema.js';
import { typesOf, type DuckDBConnection, type DuckDBInstance, type DuckDBValue } from './duckdb.js';
import { identifier } from './identifier.js';
import { queryFailure } from './query-error.js';

export type SqlValue = DuckDBValue;
export type SqlRow = Record<string, unknown>;

/** An open warehouse file. One process owns it, and in it one activity at a time: DuckDB would open it a second time without an error, and rows would be lost. */
export class Warehouse {
  constructor(
    readonly connection: DuckDBConnection,
    private readonly instance: DuckDBInstance,
    private readonly signal?: AbortSignal,
  ) {
    signal?.addEventListener('abort', this.interrupt);
  }

  private readonly interrupt = (): void => this.connection.interrupt();

  /** Runs one statement, or several if none has parameters. @param what names the step in an error */
  async run(sql: string, params: Record<string, SqlValue> = {}, what = 'statement'): Promise<void> {
    const types = typesOf(params);
    this.signal?.throwIfAborted();
    try {
      await this.connection.run(sql, orNone(params), types);
    } catch (cause) {
      throw queryFailure(what, sql, cause);
    }
  }

  /** Rows as objects of JSON values; 64-bit integers are decimal strings. @param what names the step in an error */
  async rows(sql: string, params: Record<string, SqlValue> = {}, what = 'query'): Promise<SqlRow[]> {
    const types = typesOf(params);
    this.signal?.throwIfAborted();
    try {
      const reader = await this.connection.runAndReadAll(sql, orNone(params), types);
      return reader.getRowObjectsJson();
    } catch (cause) {
      throw queryFailure(what, sql, cause);
    }
  }

  /** The first rows of a user's query, as JSON values, with the names of their columns. */
  async firstRows(sql: string, most: number): Promise<{ names: string[]; rows: unknown[][] }> {
    this.signal?.throwIfAborted();
    try {
      const reader = await this.connection.streamAndReadUntil(sql, most);
      return { names: reader.deduplicatedColumnNames(), rows: reader.getRowsJson().slice(0, most) };
    } catch (cause) {
      throw queryFailure('query', sql, cause);
    }
  }

  /** Names of the tables and views of a schema; by default the current one, of the run in use. */
  async tables(schema: string | null = null): Promise<Set<string>> {
    const rows = await this.rows(
      'select table_name from information_schema.tables where table_catalog = current_database() and table_schema = coalesce($schema, current_schema())',
      { schema },
    );
    return new Set(rows.map((row) => String(row['table_name'])));
  }

  /** Runs `work` in a transaction; an error rolls all of it back. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run('begin transaction');
    try {
      const result = await work();
      await this.run('commit');
      return result;
    } catch (error) {
      // A commit that failed has rolled back already, and on a full disk DuckDB may refuse all further statements.
      await this.connection.run('rollback').catch(() => undefined);
      throw error;
    }
  }

  /** From now on, an unqualified table name means this run's table, or else the shared one. */
  async useRun(runId: string): Promise<void> {
    const schema = identifier(runSchema(runId));
    await this.run(`
      create schema if not exists ${schema};
      -- Sums of doubles depend on their order, and threads divide the rows differently each time: with one thread, the
      -- same run gives the same bits.
      set threads = 1;
      -- Tables made in the same transaction have no statistics yet: DuckDB would assume that they are small, and choose a
      -- loop over both sides of an ASOF join.
      set asof_loop_join_threshold = 0;
      set search_path = '${`${schema},main`.replaceAll("'", "''")}'`);
  }

  close(): void {
    this.signal?.removeEventListener('abort', this.interrupt);
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

/** Given values, even none, DuckDB prepares a statement, and plans it a second time when it runs. */
function orNone(params: Record<string, SqlValue>): Record<string, SqlValue> | undefined {
  return Object.keys(params).length === 0 ? undefined : params;
}
