import { Client, Connection, WorkflowIdConflictPolicy } from '@temporalio/client';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HomeInUseError, startWorker, type RunningWorker } from '../worker/start-worker.js';
import type { TemporalServer } from '../server/connect.js';
import { TASK_QUEUE } from '../workflows/ids.js';
import { followProgress } from './follow-progress.js';
import { rootCause } from './root-cause.js';
import { openServer, runUrl } from './server.js';
import { readSettings, type Settings } from './settings.js';
import { fileLogger, logTo } from './worker-log.js';

/** A session of the command line: a server, a worker (its own, or one that runs already) and a client. */
export interface Session {
  readonly settings: Settings;
  readonly server: TemporalServer;
  readonly client: Client;
  /** Settles when the session's own worker ends; never, where another process works. */
  readonly workerEnded: Promise<void>;
  readonly urlOf: (runId: string) => string | null;
}

/** Opens a session, runs `work` in it, and closes what was opened, whatever happened. */
export async function withSession<T>(
  say: (message: string) => void,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const settings = readSettings();
  mkdirSync(settings.home, { recursive: true });
  const server = await openServer(settings, say);
  const endLog = logTo(fileLogger(join(settings.home, 'worker.log')));
  try {
    say('starting the worker');
    const worker = await workerOf(settings, server, say);
    try {
      const connection = await Connection.connect({ address: server.address });
      try {
        return await work({
          settings,
          server,
          client: new Client({ connection, namespace: server.namespace }),
          workerEnded: worker?.ended ?? new Promise(() => undefined),
          urlOf: (runId) => runUrl(server, runId),
        });
      } finally {
        await connection.close();
      }
    } finally {
      await worker?.stop();
    }
  } finally {
    await endLog();
    await server.stop();
  }
}

async function workerOf(
  settings: Settings,
  server: TemporalServer,
  say: (message: string) => void,
): Promise<RunningWorker | null> {
  try {
    return await startWorker({
      address: server.address,
      namespace: server.namespace,
      home: settings.home,
      threads: settings.threads,
      anonymiseKey: settings.anonymiseKey,
    });
  } catch (error) {
    if (!(error instanceof HomeInUseError)) throw error;
    say(`using the worker that runs already (process ${error.pid})`);
    return null;
  }
}

/** What to start, and how the web UI shall call it. */
export interface WorkflowStart {
  readonly type: string;
  readonly runId: string;
  readonly input: unknown;
  readonly summary: string;
}

/**
 * Starts a workflow, says where it can be watched, follows its progress and gives what it came to.
 * @throws Error naming the run and the cause where it fails, or where a run of this id is at work.
 */
export async function runWorkflow<Result>(
  { client, workerEnded, urlOf }: Session,
  { type, runId, input, summary }: WorkflowStart,
  say: (message: string) => void,
): Promise<Result> {
  await client.workflow.start(type, {
    taskQueue: TASK_QUEUE,
    workflowId: runId,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
    staticSummary: summary,
  });
  const url = urlOf(runId);
  say(`run ${runId}${url === null ? '' : `: ${url}`}`);
  return await followProgress<Result>(client, runId, workerEnded).catch((error: unknown) => {
    const hint = url === null ? '' : `\nwatch it in the web UI: ${url}`;
    throw new Error(`run ${runId} failed: ${rootCause(error)}${hint}`, { cause: error });
  });
}
