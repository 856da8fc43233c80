import { patched, proxyActivities, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { BindingActivities } from '../activities/index.js';
import { TASK_QUEUE } from './ids.js';

const { nameWarehouse } = proxyActivities<BindingActivities>({
  taskQueue: TASK_QUEUE,
  startToCloseTimeout: '10 seconds',
});

/** The warehouse that the workflow is bound to; null before `bindToWarehouse`, and in runs of earlier versions. */
export function boundWarehouse(): string | null {
  const id: unknown = workflowInfo().memo?.['warehouse'];
  return typeof id === 'string' ? id : null;
}

/**
 * Binds the workflow to one warehouse: the one in its memo, which commands and parent workflows set, else that of the worker
 * which answers first. All further activities run where that warehouse is, so that no two homes share a run's rows.
 */
export async function bindToWarehouse(): Promise<void> {
  if (boundWarehouse() !== null || !patched('runs are bound to a warehouse')) return;
  const warehouse = await nameWarehouse.executeWithOptions({ summary: 'which warehouse' }, []);
  upsertMemo({ warehouse });
}

/** Memo that binds a child workflow to the same warehouse. */
export function boundMemo(): Record<string, unknown> {
  const warehouse = boundWarehouse();
  return warehouse === null ? {} : { warehouse };
}
