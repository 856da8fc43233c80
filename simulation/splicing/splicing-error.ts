/** Captures that cannot be spliced; says what would help. */
export class SplicingError extends Error {
  override readonly name = 'SplicingError';
}
