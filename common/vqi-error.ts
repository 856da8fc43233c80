/** Whether a further attempt can help: `never` for bad input and faults of the program, `later` for a busy file or a full disk. */
export type Retry = 'never' | 'later';

/** Base of all errors of this project. Every class states whether a retry can help, so that none is retried by oversight. */
export abstract class VqiError extends Error {
  abstract override readonly name: string;
  abstract readonly retry: Retry;
}

/** Errors of the language and of zod: the program or its input is wrong. */
const NEVER_NAMES = new Set(['RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'ZodError']);

/** Codes of the operating system about a name or a permission; those of a full disk or a busy file may pass. */
const NEVER_CODES = new Set(['EACCES', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ENOTDIR', 'EPERM', 'EROFS']);

/** Whether a retry can help after any error; unknown ones may pass. */
export function retryOf(error: unknown): Retry {
  if (error instanceof VqiError) return error.retry;
  if (!(error instanceof Error)) return 'later';
  const isFinal = NEVER_NAMES.has(error.name) || ('code' in error && NEVER_CODES.has(String(error.code)));
  return isFinal ? 'never' : 'later';
}
