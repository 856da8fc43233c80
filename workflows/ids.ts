/** Task queue of the workflows, and of the activity that says which warehouse a run is bound to. */
export const TASK_QUEUE = 'vqi';
/** Task queue of activities on the DuckDB file in versions before runs were bound to a warehouse. */
export const WAREHOUSE_TASK_QUEUE = 'vqi-warehouse';

/** Task queue of activities that any machine may run. */
export const COMPUTE_TASK_QUEUE = 'vqi-compute';

/** Task queue of one warehouse's activities. The process that owns its file serves all but that of `COMPUTE_TASK_QUEUE` alone. */
export function boundQueue(queue: string, warehouseId: string): string {
  return `${queue}-${warehouseId}`;
}

/** Id of a trial's child workflow: `<run>/trial-07`. */
export function trialWorkflowId(runId: string, trial: number): string {
  return `${runId}/trial-${String(trial).padStart(2, '0')}`;
}

/** The trial of a workflow that trains one; null: it is another workflow. */
export function trialOfWorkflow(workflowId: string): number | null {
  const [, trial] = /\/(?:trial|retry)-(\d+)$/.exec(workflowId) ?? [];
  return trial === undefined ? null : Number(trial);
}

/** The run that a workflow is, or works for. */
export function runOfWorkflow(workflowId: string): string {
  return workflowId.replace(/\/(?:(?:trial|retry)-\d+|captures-\d+-\d+|ingest-[^]*)$/, '');
}

/** Id of a capture's child workflow: `<run>/ingest-<session>`. */
export function ingestWorkflowId(runId: string, sessionId: string): string {
  return `${runId}/ingest-${sessionId}`;
}

/** Id of the child workflow that reads a batch of captures: `<run>/captures-501-1000`. */
export function batchWorkflowId(runId: string, from: number, to: number): string {
  return `${runId}/captures-${from + 1}-${to}`;
}

/** Id of the run that holds out one part of the sessions: `<run>/part-2`. */
export function partWorkflowId(runId: string, part: number): string {
  return `${runId}/part-${part}`;
}

/** Id of the workflow that runs a trial again after its search has ended: `<run>/retry-07`. */
export function retryWorkflowId(runId: string, trial: number): string {
  return `${runId}/retry-${String(trial).padStart(2, '0')}`;
}
