import { countText } from '../../common/count-text.js';
import { startWorker } from '../../worker/start-worker.js';
import type { Role } from '../../worker/task-queues.js';
import { readEncryptionKeys } from '../encryption-keys.js';
import { openTracing } from '../open-tracing.js';
import { say, sayThrough, sayWhile } from '../say.js';
import { openServer, serverHasEnded, untilInterrupted } from '../server.js';
import { readSettings } from '../settings.js';
import { readTemporalAccess } from '../temporal-access.js';
import { consoleLogger, logTo } from '../worker-log.js';
import { workerOptions } from '../worker-options.js';

/** `vqi worker`: serves both task queues until it is stopped; starts a Temporal server if none is named or running. */
export async function runWorkerCommand({ role }: { role: Role }): Promise<void> {
  const settings = readSettings();
  if (role === 'compute' && readTemporalAccess() === undefined)
    throw new Error(
      'a worker with --role compute serves the Temporal server of others: set TEMPORAL_ADDRESS to its host:port',
    );
  const encryption = readEncryptionKeys();
  const logger = consoleLogger(settings.logLevel);
  // A program that reads the log gets nothing but JSON.
  if (!process.stderr.isTTY) sayThrough((message, level) => void logger[level](message));
  const server = await sayWhile('starting the Temporal server', openServer(settings));
  try {
    const endLog = logTo(logger, settings);
    const tracing = await openTracing();
    try {
      const starting = startWorker({ ...workerOptions(settings, server, encryption, tracing), role });
      const worker = await sayWhile('starting the worker', starting);
      say(
        `worker ready: ${role === 'all' ? '' : `role ${role}, `}task queue vqi on ${server.address}, ${countText(worker.threads, 'thread')}, home ${settings.home}, warehouse ${worker.warehouseId}${settings.store === undefined ? '' : `, store ${settings.store.url}`}`,
      );
      if (server.uiAddress !== null) say(`Temporal web UI: ${server.uiAddress}`);
      if (settings.metrics !== undefined) say(`metrics: http://${settings.metrics}/metrics`);
      const closing = new AbortController();
      const end = Promise.race([
        untilInterrupted(),
        worker.ended,
        serverHasEnded(
          server,
          '; its database keeps the runs: start a worker again to continue them',
          closing.signal,
        ),
      ]);
      try {
        await end;
      } finally {
        closing.abort();
        // Without its server, a worker ends with an error that says less.
        await sayWhile('stopping the worker', worker.stop()).catch(async (error: unknown) => {
          await end;
          throw error;
        });
      }
    } finally {
      await tracing?.end();
      await endLog();
    }
  } finally {
    await sayWhile('stopping the Temporal server', server.stop());
  }
}
