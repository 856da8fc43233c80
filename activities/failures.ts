import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

/** Configuration or arguments that cannot be used; the message names the key. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** A file that is named but cannot be read. */
export class InputFileError extends Error {
  override readonly name = 'InputFileError';
}

/**
 * Errors that no retry mends: bad input, a broken promise of the tables, a fault in the program. Everything else
 * (a busy file, a full disk, a lost thread) is retried by the activity's policy.
 */
const NOT_RETRIED = new Set([
  'CaptureFormatError',
  'CheckFailedError',
  'ConfigError',
  'DatasetError',
  'EstimatorError',
  'FeatureMismatchError',
  'InputFileError',
  'MatrixFormatError',
  'ModelFormatError',
  'PickleError',
  'PlayerLogError',
  'QueryError',
  'RangeError',
  'ReferenceError',
  'SessionsFileError',
  'SyntaxError',
  'TypeError',
  'WarehouseFormatError',
  'ZodError',
]);

/** What the system says of a name or a permission; a disk that is full or a file that is busy may be better soon. */
const NOT_RETRIED_CODES = new Set(['EACCES', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ENOTDIR', 'EPERM', 'EROFS']);

/**
 * Turns whatever an activity threw into the failure that Temporal records: its type, whether it is retried, and as
 * details which attempt it was.
 */
export function toFailure(error: unknown, attempt = 1): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (!(error instanceof Error)) return error;
  return ApplicationFailure.create({
    message: error.message,
    type: error.name,
    nonRetryable:
      NOT_RETRIED.has(error.name) || ('code' in error && NOT_RETRIED_CODES.has(String(error.code))),
    details: [{ attempt }],
    cause: error,
  });
}
