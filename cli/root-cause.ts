import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ActivityFailure, ChildWorkflowFailure } from '@temporalio/common';

/** The message at the root of a failed workflow, without the wrappers that Temporal puts around it. */
export function rootCause(error: unknown): string {
  const isWrapper =
    error instanceof WorkflowFailedError ||
    error instanceof WorkflowUpdateFailedError ||
    error instanceof ChildWorkflowFailure ||
    error instanceof ActivityFailure;
  if (isWrapper && error.cause !== undefined) return rootCause(error.cause);
  return error instanceof Error ? error.message : String(error);
}
