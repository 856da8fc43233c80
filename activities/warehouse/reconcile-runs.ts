import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { buildOf, workflowIdOf } from '../../common/build-id.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { builds, removeBuild } from '../../warehouse/runs/replace-run.js';
import { setRunState, unfinishedRuns, type RunState } from '../../warehouse/runs/searches.js';

/**
 * Updates the table `runs` from the Temporal server: a workflow that was terminated or timed out could not record the end of
 * its run. A run that the server no longer knows counts as terminated. What an ended
 * workflow built to replace a finished run is removed.
 */
export async function reconcileRuns(warehousePath: string, client: Client): Promise<void> {
  const unfinished = await withWarehouse(warehousePath, unfinishedRuns);
  const ended: { runId: string; state: RunState }[] = [];
  for (const runId of unfinished.filter((id) => buildOf(id) === null)) {
    const state = await endOf(client, runId);
    if (state !== null) ended.push({ runId, state });
  }
  const abandoned: string[] = [];
  for (const buildId of await withWarehouse(warehousePath, builds))
    if ((await endOf(client, workflowIdOf(buildId))) !== null) abandoned.push(buildId);
  if (ended.length === 0 && abandoned.length === 0) return;
  await withWarehouse(warehousePath, (warehouse) =>
    warehouse.transaction(async () => {
      for (const { runId, state } of ended) await setRunState(warehouse, runId, state);
      for (const buildId of abandoned) await removeBuild(warehouse, buildId);
    }),
  );
}

/** How the workflow of a run ended; null if it is running. */
async function endOf(client: Client, runId: string): Promise<RunState | null> {
  try {
    const { status } = await client.workflow.getHandle(runId).describe();
    switch (status.name) {
      case 'COMPLETED':
        return 'completed';
      case 'FAILED':
        return 'failed';
      case 'CANCELLED':
        return 'cancelled';
      case 'TERMINATED':
      case 'TIMED_OUT':
        return 'terminated';
      default:
        return null;
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'terminated';
    throw error;
  }
}
