import { proxyActivities } from '@temporalio/workflow';

/** Gives any input to any activity of another worker, as everybody can who reaches the server. */
export async function callActivity(taskQueue: string, name: string, input: unknown): Promise<unknown> {
  const activities = proxyActivities<Record<string, (input: unknown) => Promise<unknown>>>({
    taskQueue,
    startToCloseTimeout: '1 minute',
    heartbeatTimeout: '20 seconds',
    retry: { maximumAttempts: 1 },
  });
  return await activities[name]!(input);
}
