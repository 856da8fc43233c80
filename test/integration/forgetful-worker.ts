import { dirname } from 'node:path';
import type { Context } from '@temporalio/activity';
import {
  NativeConnection,
  Worker,
  type ActivityExecuteInput,
  type ActivityInboundCallsInterceptor,
  type ActivityInterceptors,
  type Next,
} from '@temporalio/worker';
import { ConfinedFiles } from '../../activities/confined-files.js';
import { createActivities, createWarehouseActivities } from '../../activities/index.js';
import { codeVersion } from '../../worker/code-version.js';
import { failureInterceptor } from '../../worker/failure-interceptor.js';
import { ComputePool } from '../../worker/threads/compute-pool.js';
import { workflowBundle } from '../../worker/workflow-bundle.js';
import { TASK_QUEUE, WAREHOUSE_TASK_QUEUE } from '../../workflows/ids.js';

/**
 * Runs `work` with a worker that runs every activity twice and reports only the second result. It simulates a worker that
 * is killed each time between the end of an activity and the report of its result.
 * @returns the result of `work`, and the names of the activities that never ran
 */
export async function withForgetfulWorker<T>(
  home: string,
  address: string,
  work: () => Promise<T>,
): Promise<{ result: T; unused: string[] }> {
  const used = new Set<string>();
  const twice = ({ info }: Context): ActivityInterceptors => ({
    inbound: {
      async execute(
        input: ActivityExecuteInput,
        next: Next<ActivityInboundCallsInterceptor, 'execute'>,
      ): Promise<unknown> {
        used.add(info.activityType);
        await next(input);
        return await next(input);
      },
    },
  });
  const compute = new ComputePool(2);
  const connection = await NativeConnection.connect({ address });
  const dependencies = {
    home,
    compute,
    files: new ConfinedFiles(home, [dirname(home)]),
    codeVersion: codeVersion(),
  };
  const warehouseActivities = createWarehouseActivities(dependencies);
  const activities = createActivities(dependencies);
  const common = { connection, interceptors: { activity: [failureInterceptor, twice] } };
  try {
    const warehouse = await Worker.create({
      ...common,
      taskQueue: WAREHOUSE_TASK_QUEUE,
      activities: warehouseActivities,
      maxConcurrentActivityTaskExecutions: 1,
    });
    const worker = await Worker.create({
      ...common,
      taskQueue: TASK_QUEUE,
      workflowBundle: await workflowBundle(),
      activities,
      maxConcurrentActivityTaskExecutions: 2,
    });
    const result = await warehouse.runUntil(worker.runUntil(work));
    const names = Object.keys({ ...activities, ...warehouseActivities });
    return { result, unused: names.filter((name) => !used.has(name)) };
  } finally {
    await compute.close();
    await connection.close();
  }
}
