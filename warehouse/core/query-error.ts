import { DiskFullError, isDiskFull } from '../disk-full-error.js';

/** A statement that DuckDB refused; keeps the statement's first lines beside DuckDB's own message. */
export class QueryError extends Error {
  override readonly name = 'QueryError';

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
