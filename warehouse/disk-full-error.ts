/** DuckDB found no room on the disk: for a table, a file, or what it cannot hold in memory. What was begun is taken back. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';

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
