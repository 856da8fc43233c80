import { Client, Connection } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HomeInUseError, startWorker, type RunningWorker } from '../worker/start-worker.js';
import type { TemporalServer } from '../server/connect.js';
import { openServer, runUrl } from './server.js';
import { readSettings, type Settings } from './settings.js';
import { fileLogger } from './worker-log.js';

/** A session of the command line: a server, a worker (its own, or one that runs already) and a client. */
export interface Session {
  readonly settings: Settings;
  readonly server: TemporalServer;
  readonly client: Client;
  /** Settles when the session's own worker ends; never, where another process works. */
  readonly workerEnded: Promise<void>;
  urlOf(runId: string): string | null;
}

/** Opens a session, runs `work` in it, and closes what was opened, whatever happened. */
export async function withSession<T>(
  say: (message: string) => void,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const settings = readSettings();
  mkdirSync(settings.home, { recursive: true });
  const server = await openServer(settings, say);
  try {
    Runtime.install({ logger: fileLogger(join(settings.home, 'worker.log')) });
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
