import { proxyActivities } from '@temporalio/workflow';
import type { Activities, WarehouseActivities } from '../activities/index.js';
import { TASK_QUEUE, WAREHOUSE_TASK_QUEUE } from './ids.js';

/** Short checks of what was asked. Retried a little: the disk may be slow to mount, not more. */
export const planning = proxyActivities<Activities>({
  taskQueue: TASK_QUEUE,
  startToCloseTimeout: '5 minutes',
  retry: { maximumAttempts: 3 },
});

/** Work of minutes to hours in worker threads. A lost worker shows by its missing heartbeats. */
export const computing = proxyActivities<Activities>({
  taskQueue: TASK_QUEUE,
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 5 },
});

/**
 * Work on the DuckDB file. It waits for its turn, so only its run is timed; the file may be open in a user's program
 * for a while, so it is retried for about an hour.
 */
export const warehouse = proxyActivities<WarehouseActivities>({
  taskQueue: WAREHOUSE_TASK_QUEUE,
  startToCloseTimeout: '4 hours',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 120 },
});
