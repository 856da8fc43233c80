import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { retryOf, VqiError } from '../common/vqi-error.js';

/** Configuration or arguments that cannot be used; the message names the key. */
export class ConfigError extends VqiError {
  override readonly name = 'ConfigError';
  override readonly retry = 'never';
}

/** An input file that cannot be read. */
export class InputFileError extends VqiError {
  override readonly name = 'InputFileError';
  override readonly retry = 'never';
}

/** A run with this id is finished, and nobody asked to replace it. */
export class RunFinishedError extends VqiError {
  override readonly name = 'RunFinishedError';
  override readonly retry = 'never';

  constructor(readonly runId: string) {
    super(
      `run ${runId} is finished, and its results are kept: choose another id, or replace them with --replace (temporal: --memo 'replace=true')`,
    );
  }
}

/**
 * Turns an error of an activity into the failure that Temporal records, with its type, whether it is retried, and the
 * number of the attempt as details.
 */
export function toFailure(error: unknown, attempt = 1): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (!(error instanceof Error)) return error;
  return ApplicationFailure.create({
    message: error.message,
    type: error.name,
    nonRetryable: retryOf(error) === 'never',
    details: [{ attempt }],
    cause: error,
  });
}
