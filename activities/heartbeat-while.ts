import { ApplicationFailure, Context } from '@temporalio/activity';

const INTERVAL_MS = 1000;

/**
 * Heartbeats every second while `work` runs off the event loop, with whatever `report` was last given; until then with the
 * details of the attempt before. Reports between two heartbeats cost the server nothing.
 */
export async function heartbeatWhile<T>(
  work: (report: (details: unknown) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  let details: unknown = context.info.heartbeatDetails;
  const timer = setInterval(() => context.heartbeat(details), INTERVAL_MS);
  try {
    return await work((latest) => {
      details = latest;
    }, context.cancellationSignal);
  } catch (error) {
    if (!context.cancellationSignal.aborted) throw error;
    // A worker that shuts down is no user's cancel: the next worker tries again.
    if (context.cancellationDetails?.workerShutdown === true) {
      throw ApplicationFailure.retryable('the worker was shut down', 'WorkerShutdown');
    }
    return await context.cancelled;
  } finally {
    clearInterval(timer);
  }
}
