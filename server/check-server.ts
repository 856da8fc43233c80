import { Connection } from '@temporalio/client';

/**
 * Resolves when a Temporal server at `address` (host:port) responds and knows the namespace.
 * Rejects with the gRPC error, or after `timeoutMs`.
 */
export async function checkServer(address: string, namespace: string, timeoutMs: number): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: timeoutMs });
  try {
    await connection.withDeadline(Date.now() + timeoutMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}
