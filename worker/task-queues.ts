import { ApplicationFailure } from '@temporalio/common';
import type { ActivityDependencies } from '../activities/dependencies.js';
import { createActivities, createBindingActivities, createWarehouseActivities } from '../activities/index.js';
import { boundQueue, TASK_QUEUE, WAREHOUSE_TASK_QUEUE } from '../workflows/ids.js';

/** A task queue that a worker serves. */
export interface ServedQueue {
  readonly taskQueue: string;
  readonly activities: object;
  readonly maxConcurrentActivityTaskExecutions: number;
  /** Whether workflows run here too. */
  readonly hasWorkflows: boolean;
}

const OTHERS = {
  /** Temporal calls it for activities of other names: without it, they would wait for ever. */
  default(): never {
    throw ApplicationFailure.nonRetryable(
      'this run was started by an earlier version of vqi, which did not bind runs to a warehouse: start it again',
      'UnboundRun',
    );
  },
};

/** The queues of one home: those of its warehouse, and the plain ones on which runs arrive. */
export function servedQueues(dependencies: ActivityDependencies, threads: number): ServedQueue[] {
  const { warehouseId } = dependencies;
  return [
    {
      taskQueue: TASK_QUEUE,
      activities: { ...createBindingActivities(dependencies), ...OTHERS },
      maxConcurrentActivityTaskExecutions: threads,
      hasWorkflows: true,
    },
    {
      taskQueue: WAREHOUSE_TASK_QUEUE,
      activities: OTHERS,
      maxConcurrentActivityTaskExecutions: 1,
      hasWorkflows: false,
    },
    {
      taskQueue: boundQueue(TASK_QUEUE, warehouseId),
      activities: createActivities(dependencies),
      maxConcurrentActivityTaskExecutions: threads,
      hasWorkflows: false,
    },
    {
      taskQueue: boundQueue(WAREHOUSE_TASK_QUEUE, warehouseId),
      activities: createWarehouseActivities(dependencies),
      maxConcurrentActivityTaskExecutions: 1,
      hasWorkflows: false,
    },
  ];
}
