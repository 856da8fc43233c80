import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import type { ServerAccess } from './server-access.js';
import { TemporalServerError } from './temporal-server-error.js';

const DAY_MS = 86_400_000;
const VISIBLE_TIMEOUT_MS = 15_000;

/**
 * Sets how long the server keeps closed runs of the namespace. The default of the development server is one day.
 * Resolves when the server reports the new value.
 */
export async function setRetention(access: ServerAccess, days: number): Promise<void> {
  const { address, namespace, connectOptions } = access;
  const connection = await Connection.connect({ ...connectOptions, connectTimeout: VISIBLE_TIMEOUT_MS });
  const { workflowService } = connection;
  const isSet = async () => {
    const { config } = await workflowService.describeNamespace({ namespace });
    return tsToMs(config?.workflowExecutionRetentionTtl) === days * DAY_MS;
  };
  try {
    if (await isSet()) return;
    await workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: msToTs(days * DAY_MS) },
    });
    const deadlineMs = performance.now() + VISIBLE_TIMEOUT_MS;
    while (!(await isSet())) {
      if (performance.now() > deadlineMs) {
        throw new TemporalServerError(`the server at ${address} does not accept a retention of ${days} days`);
      }
      await delay(100);
    }
  } finally {
    await connection.close();
  }
}
