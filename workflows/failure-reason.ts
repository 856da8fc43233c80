import { ActivityFailure, ChildWorkflowFailure } from '@temporalio/workflow';

/** The message at the root of a failure, without the wrappers that Temporal puts around it. */
export function failureReason(error: unknown): string {
  if ((error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) && error.cause)
    return failureReason(error.cause);
  return error instanceof Error ? error.message : String(error);
}
