import { dirname, join } from 'node:path';
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
import { homePaths } from '../../activities/dependencies.js';
import { SharedInputs } from '../../activities/shared-inputs.js';
import { StoredFiles } from '../../activities/stored-files.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { warehouseId } from '../../warehouse/core/warehouse-format.js';
import { artifactInterceptor } from '../../worker/artifact-interceptor.js';
import { codeVersion } from '../../worker/code-version.js';
import { failureInterceptor } from '../../worker/failure-interceptor.js';
import { servedQueues } from '../../worker/task-queues.js';
import { ComputePool } from '../../worker/threads/compute-pool.js';
import { workflowBundle } from '../../worker/workflow-bundle.js';

/**
 * Runs `work` with a worker that runs every activity twice and reports only the second result. It simulates a worker that
 * is killed each time between the end of an activity and the report of its result.
 * @param batchesAbove runs with more captures read them in batches
 * @returns the result of `work`, and the names of the activities that never ran
 */
export async function withForgetfulWorker<T>(
  home: string,
  address: string,
  batchesAbove: number,
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
  const warehouse = join(home, 'warehouse.duckdb');
  const id = await withWarehouse(warehouse, warehouseId);
  const paths = homePaths(home);
  const files = new ConfinedFiles(home, [dirname(home)]);
  const stored = new StoredFiles(paths, null);
  const queues = servedQueues(
    {
      home,
      compute,
      ...{ files, stored, inputs: new SharedInputs(paths, null, files) },
      batchesAbove,
      codeVersion: codeVersion(),
      warehouseId: id,
      runAttributes: [],
    },
    2,
  );
  const common = {
    connection,
    interceptors: { activity: [failureInterceptor, artifactInterceptor(stored), twice] },
  };
  try {
    const bundle = await workflowBundle();
    let run = work;
    for (const { hasWorkflows, ...queue } of queues) {
      const inner = run;
      const worker = await Worker.create({
        ...common,
        ...queue,
        ...(hasWorkflows ? { workflowBundle: bundle } : {}),
      });
      run = () => worker.runUntil(inner);
    }
    const result = await run();
    const names = queues
      .flatMap(({ activities }) => Object.keys(activities))
      .filter((name) => name !== 'default');
    return { result, unused: names.filter((name) => !used.has(name)) };
  } finally {
    await compute.close();
    await connection.close();
  }
}
