/**
 * No Temporal server could be found, started or reached. The message says what failed, why, and what the user
 * can do next; it is meant to be printed as it is.
 */
export class TemporalServerError extends Error {
  override readonly name = 'TemporalServerError';
}
