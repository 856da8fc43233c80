import { ApplicationFailure, asyncLocalStorage, type Context } from '@temporalio/activity';

const INTERVAL_MS = 1000;

/** The activity that runs; null in `library/`, which calls the same functions without a server. */
export function runningActivity(): Context | null {
  return asyncLocalStorage.getStore() ?? null;
}

/**
 * Sends a heartbeat every second while `work` runs off the event loop. Its details are those of the last `report` or, before
 * the first one, those of the previous attempt. Without a server, it only runs `work`.
 */
export async function heartbeatWhile<T>(
  work: (report: (details: unknown) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const context = runningActivity();
  if (context === null) return await work(() => undefined, new AbortController().signal);
  let details: unknown = context.info.heartbeatDetails;
  const timer = setInterval(() => context.heartbeat(details), INTERVAL_MS);
  try {
    return await work((latest) => {
      details = latest;
    }, context.cancellationSignal);
  } catch (error) {
    if (!context.cancellationSignal.aborted) throw error;
    // A shutdown of the worker is not a cancellation by the user: the next worker retries.
    if (context.cancellationDetails?.workerShutdown === true) {
      throw ApplicationFailure.retryable('the worker was shut down', 'WorkerShutdown');
    }
    return await context.cancelled;
  } finally {
    clearInterval(timer);
  }
}

type AnyActivity = (input: never) => Promise<unknown>;

/** Activities that send heartbeats all the time, so that a lost worker is noticed within seconds. */
export function alive<T extends Record<string, AnyActivity>>(activities: T): T {
  return Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      (input: never) => heartbeatWhile(() => activity(input)),
    ]),
  ) as T;
}
