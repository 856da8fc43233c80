import {
  proxyActivities,
  type ActivityFunction,
  type ActivityFunctionWithOptions,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { Activities, WarehouseActivities } from '../activities/index.js';
import { boundWarehouse } from './bind-to-warehouse.js';
import { boundQueue, COMPUTE_TASK_QUEUE, TASK_QUEUE, WAREHOUSE_TASK_QUEUE } from './ids.js';

/** Activities that are always called with a summary. */
type Bound<T> = {
  readonly [Name in keyof T]: T[Name] extends ActivityFunction
    ? Pick<ActivityFunctionWithOptions<T[Name]>, 'executeWithOptions'>
    : never;
};

/** Activities on the queue of the warehouse that the run is bound to. */
function bound<T>(queue: string, options: ActivityOptions): Bound<T> {
  const unbound = proxyActivities({ ...options, taskQueue: queue });
  return new Proxy(unbound, {
    get: (target, name) => ({
      executeWithOptions: (given: ActivityOptions, args: unknown[]) => {
        const warehouseId = boundWarehouse();
        // Runs of earlier versions are bound to no warehouse.
        const unboundQueue = queue === COMPUTE_TASK_QUEUE ? TASK_QUEUE : queue;
        const taskQueue = warehouseId === null ? unboundQueue : boundQueue(queue, warehouseId);
        return target[String(name)]!.executeWithOptions({ taskQueue, ...given }, args);
      },
    }),
  }) as unknown as Bound<T>;
}

/** Short checks of the input. Few attempts: only a disk that mounts slowly is worth a retry. */
export const planning = bound<Activities>(TASK_QUEUE, {
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { maximumAttempts: 3 },
});

const HOURS: ActivityOptions = {
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '15 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 5 },
};

/** Minutes to hours of work in threads of any machine. A lost worker is detected by its missing heartbeats. */
export const computing = bound<Activities>(COMPUTE_TASK_QUEUE, HOURS);

/** The same on the machine of the warehouse, which has the files of the user and the folders of results. */
export const filing = bound<Activities>(TASK_QUEUE, HOURS);

/**
 * Work on the DuckDB file, one activity at a time. The timeouts do not count the time in the queue. Another program may
 * keep the file open for a while, so attempts continue for about an hour.
 */
export const warehouse = bound<WarehouseActivities>(WAREHOUSE_TASK_QUEUE, {
  startToCloseTimeout: '4 hours',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 120 },
});
