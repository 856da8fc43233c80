import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { buildOf, runIdOf, workflowIdOf } from '../../common/build-id.js';
import { isBoundElsewhere } from '../../common/is-bound-elsewhere.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { warehouseId } from '../../warehouse/core/warehouse-format.js';
import { builds } from '../../warehouse/runs/replace-run.js';
import { recordKept, setRunState, unfinishedRuns, type RunState } from '../../warehouse/runs/searches.js';
import type { HomePaths } from '../dependencies.js';
import { discardBuild } from './build-folders.js';

/**
 * Updates the table `runs` from the Temporal server: a workflow that was terminated or timed out could not record the end of
 * its run. A run that the server no longer knows, or knows as a workflow of another home, counts as terminated. What an ended
 * workflow built to replace a finished run is removed.
 * @returns the ids of the runs that are no longer replaced
 */
export async function reconcileRuns(paths: HomePaths, client: Client): Promise<string[]> {
  const found = await withWarehouse(paths.warehouse, async (warehouse) => ({
    id: await warehouseId(warehouse),
    unfinished: await unfinishedRuns(warehouse),
    building: await builds(warehouse),
  }));
  const ended: { runId: string; state: RunState }[] = [];
  for (const runId of found.unfinished.filter((id) => buildOf(id) === null)) {
    const state = await endOf(client, found.id, runId);
    if (state !== null) ended.push({ runId, state });
  }
  const abandoned: { buildId: string; state: RunState }[] = [];
  for (const buildId of found.building) {
    const state = await endOf(client, found.id, workflowIdOf(buildId));
    if (state !== null) abandoned.push({ buildId, state });
  }
  if (ended.length === 0 && abandoned.length === 0) return [];
  await withWarehouse(paths.warehouse, (warehouse) =>
    warehouse.transaction(async () => {
      for (const { runId, state } of ended) await setRunState(warehouse, runId, state);
      for (const { buildId, state } of abandoned) {
        await discardBuild(warehouse, paths, buildId);
        if (state !== 'completed') await recordKept(warehouse, buildId, state, null);
      }
    }),
  );
  return abandoned.map(({ buildId }) => runIdOf(buildId));
}

/** How the workflow of a run ended; null if it is running. */
async function endOf(client: Client, warehouse: string, runId: string): Promise<RunState | null> {
  try {
    const { status, memo } = await client.workflow.getHandle(runId).describe();
    if (isBoundElsewhere(memo, warehouse)) return 'terminated';
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
