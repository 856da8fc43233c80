import { Connection } from '@temporalio/client';
import type { ServerAccess } from './server-access.js';

/**
 * Resolves when the Temporal server responds and knows the namespace.
 * Rejects with the gRPC error, or after `timeoutMs`.
 */
export async function checkServer(access: ServerAccess, timeoutMs: number): Promise<void> {
  const connection = await Connection.connect({ ...access.connectOptions, connectTimeout: timeoutMs });
  try {
    await connection.withDeadline(Date.now() + timeoutMs, () =>
      connection.workflowService.describeNamespace({ namespace: access.namespace }),
    );
  } finally {
    await connection.close();
  }
}
