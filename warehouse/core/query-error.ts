import { VqiError } from '../../common/vqi-error.js';

/** A statement that DuckDB refused, with DuckDB's message. */
export class QueryError extends VqiError {
  override readonly name = 'QueryError';
  override readonly retry = 'never';

  constructor(
    /** The step, for example the model's name. */
    readonly what: string,
    readonly sql: string,
    cause: unknown,
  ) {
    super(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The error for a statement that failed. @param what the step */
export function queryFailure(what: string, sql: string, cause: unknown): Error {
  return isDiskFull(cause) ? new DiskFullError(what, cause) : new QueryError(what, sql, cause);
}

/** DuckDB found no space on the disk: for a table, a file, or rows that do not fit in memory. The transaction is rolled back. */
export class DiskFullError extends VqiError {
  override readonly name = 'DiskFullError';
  override readonly retry = 'later';

  /** @param what the step */
  constructor(what: string, cause: Error) {
    super(`${what}: the disk is full: free some space; the step is retried for a while (${cause.message})`, {
      cause,
    });
  }
}

/** The warehouse file, or a part of it, is not what DuckDB wrote. */
export class WarehouseDamagedError extends VqiError {
  override readonly name = 'WarehouseDamagedError';
  override readonly retry = 'never';

  constructor(path: string, cause: Error) {
    super(
      `${path} is damaged; move it away (mv '${path}' '${path}.damaged'): a new one is made, captures are read again, and models stay as files in the folder runs (${cause.message.split('\n', 1)[0]})`,
      { cause },
    );
  }
}

/** Another process has the warehouse open. */
export class WarehouseBusyError extends VqiError {
  override readonly name = 'WarehouseBusyError';
  override readonly retry = 'later';

  constructor(path: string, cause: Error) {
    super(
      `${path} is open in another process, such as a worker that writes a step: try again when that has ended (${cause.message.split('\n', 1)[0]})`,
      { cause },
    );
  }
}

/** The error itself, or one that says that the warehouse at `path` is open elsewhere or damaged, if DuckDB's message about opening it says so. */
export function openFailure(path: string, error: unknown): unknown {
  return error instanceof Error && error.message.includes('Could not set lock on file')
    ? new WarehouseBusyError(path, error)
    : damageOr(path, error);
}

/** The error itself, or one that says that the warehouse at `path` is damaged, if DuckDB's message says so; there is no code for it. */
export function damageOr(path: string, error: unknown): unknown {
  const isDamage =
    error instanceof Error &&
    /not a valid DuckDB database file|Corrupt database file|Could not read enough bytes from file "[^"]*\.duckdb"/.test(
      error.message,
    );
  return isDamage ? new WarehouseDamagedError(path, error) : error;
}

/** Whether DuckDB's message says so; there is no error code for it. */
function isDiskFull(cause: unknown): cause is Error {
  return cause instanceof Error && /No space left on device|failed to offload data block/.test(cause.message);
}
