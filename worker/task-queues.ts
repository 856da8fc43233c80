import { ApplicationFailure } from '@temporalio/common';
import type { ActivityDependencies } from '../activities/dependencies.js';
import {
  createActivities,
  createBindingActivities,
  createComputeActivities,
  createWarehouseActivities,
} from '../activities/index.js';
import { boundQueue, COMPUTE_TASK_QUEUE, TASK_QUEUE, WAREHOUSE_TASK_QUEUE } from '../workflows/ids.js';

/** What a worker does: all, or what belongs to the machine of the warehouse, or what any machine can do. */
export type Role = 'all' | 'warehouse' | 'compute';

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

/** The queues of one home: those of its warehouse, those on which runs arrive, and that of any machine. */
export function servedQueues(
  dependencies: ActivityDependencies,
  threads: number,
  role: Role = 'all',
): ServedQueue[] {
  const { warehouseId } = dependencies;
  const ofWarehouse: ServedQueue[] = [
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
      // Earlier versions have those of any machine here too.
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
  const ofAny: ServedQueue = {
    taskQueue: boundQueue(COMPUTE_TASK_QUEUE, warehouseId),
    activities: createComputeActivities(dependencies),
    maxConcurrentActivityTaskExecutions: threads,
    hasWorkflows: false,
  };
  return [...(role === 'compute' ? [] : ofWarehouse), ...(role === 'warehouse' ? [] : [ofAny])];
}
