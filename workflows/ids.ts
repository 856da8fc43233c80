/** Task queue of the workflows, and of activities that may run at the same time. */
export const TASK_QUEUE = 'vqi';
/** Task queue of the process that owns the DuckDB file; it runs one activity at a time. */
export const WAREHOUSE_TASK_QUEUE = 'vqi-warehouse';

/** Id of a trial's child workflow: `<run>/trial-07`. */
export function trialWorkflowId(runId: string, trial: number): string {
  return `${runId}/trial-${String(trial).padStart(2, '0')}`;
}

/** Id of a capture's child workflow: `<run>/ingest-<session>`. */
export function ingestWorkflowId(runId: string, sessionId: string): string {
  return `${runId}/ingest-${sessionId}`;
}

/** Id of the run that holds out one part of the sessions: `<run>/part-2`. */
export function partWorkflowId(runId: string, part: number): string {
  return `${runId}/part-${part}`;
}

/** Id of the workflow that runs a trial again after its search has ended: `<run>/retry-07`. */
export function retryWorkflowId(runId: string, trial: number): string {
  return `${runId}/retry-${String(trial).padStart(2, '0')}`;
}
