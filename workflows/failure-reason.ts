import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';

/** The failure at the root, without the wrappers that Temporal puts around it. */
function rootOf(error: unknown): unknown {
  const isWrapper = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return isWrapper && error.cause ? rootOf(error.cause) : error;
}

/** The message at the root of a failure. */
export function failureReason(error: unknown): string {
  const root = rootOf(error);
  return root instanceof Error ? root.message : String(root);
}

/** Attempts that an activity had before it failed: its failure tells; one without a failure, a lost worker's, had all. */
export function failedAttempts(error: unknown, maxAttempts: number): number {
  const root = rootOf(error);
  const [details] = root instanceof ApplicationFailure ? (root.details ?? []) : [];
  const isCounted = typeof details === 'object' && details !== null && 'attempt' in details;
  return isCounted ? Number(details.attempt) : maxAttempts;
}
