import { proxyActivities } from '@temporalio/workflow';
import type { Activities, WarehouseActivities } from '../activities/index.js';
import { TASK_QUEUE, WAREHOUSE_TASK_QUEUE } from './ids.js';

/** Short checks of the input. Few attempts: only a disk that mounts slowly is worth a retry. */
export const planning = proxyActivities<Activities>({
  taskQueue: TASK_QUEUE,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { maximumAttempts: 3 },
});

/** Minutes to hours of work in worker threads. A lost worker is detected by its missing heartbeats. */
export const computing = proxyActivities<Activities>({
  taskQueue: TASK_QUEUE,
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 5 },
});

/**
 * Work on the DuckDB file, one activity at a time. The timeouts do not count the time in the queue. Another program may
 * keep the file open for a while, so attempts continue for about an hour.
 */
export const warehouse = proxyActivities<WarehouseActivities>({
  taskQueue: WAREHOUSE_TASK_QUEUE,
  startToCloseTimeout: '4 hours',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 120 },
});
