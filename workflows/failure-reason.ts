import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';

/** The root failure, without the failures that Temporal wraps around it. */
function rootOf(error: unknown): unknown {
  const isWrapper = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return isWrapper && error.cause ? rootOf(error.cause) : error;
}

/** Message of the root failure. */
export function failureReason(error: unknown): string {
  const root = rootOf(error);
  return root instanceof Error ? root.message : String(root);
}

/** Class of the root failure, as `activities/failures.ts` names it; null if it has none. */
export function failureType(error: unknown): string | null {
  const root = rootOf(error);
  return root instanceof ApplicationFailure ? (root.type ?? null) : null;
}

/** Attempts of a failed activity, from the details of its failure. A lost worker leaves no details: then all were used. */
export function failedAttempts(error: unknown, maxAttempts: number): number {
  const root = rootOf(error);
  const [details] = root instanceof ApplicationFailure ? (root.details ?? []) : [];
  const isCounted = typeof details === 'object' && details !== null && 'attempt' in details;
  return isCounted ? Number(details.attempt) : maxAttempts;
}
