import { VqiError } from '../../common/vqi-error.js';

/** A statement that DuckDB refused; keeps the statement's first lines beside DuckDB's own message. */
export class QueryError extends VqiError {
  override readonly name = 'QueryError';
  override readonly retry = 'never';

  constructor(
    /** What was being done, e.g. the model's name. */
    readonly what: string,
    readonly sql: string,
    cause: unknown,
  ) {
    super(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** What a statement failed with. @param what was being done */
export function queryFailure(what: string, sql: string, cause: unknown): Error {
  return isDiskFull(cause) ? new DiskFullError(what, cause) : new QueryError(what, sql, cause);
}

/** DuckDB found no room on the disk: for a table, a file, or what it cannot hold in memory. What was begun is taken back. */
export class DiskFullError extends VqiError {
  override readonly name = 'DiskFullError';
  override readonly retry = 'later';

  /** @param what was being done */
  constructor(what: string, cause: Error) {
    super(
      `${what}: the disk is full; it is tried again for a while, free some space meanwhile (${cause.message})`,
      {
        cause,
      },
    );
  }
}

/** Whether DuckDB's message says so; it has no code for it. */
export function isDiskFull(cause: unknown): cause is Error {
  return cause instanceof Error && /No space left on device|failed to offload data block/.test(cause.message);
}
