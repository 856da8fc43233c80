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

/** Whether DuckDB's message says so; there is no error code for it. */
function isDiskFull(cause: unknown): cause is Error {
  return cause instanceof Error && /No space left on device|failed to offload data block/.test(cause.message);
}
