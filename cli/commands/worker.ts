import { startWorker } from '../../worker/start-worker.js';
import { say } from '../say.js';
import { openServer, untilInterrupted } from '../server.js';
import { readSettings } from '../settings.js';
import { consoleLogger, logTo } from '../worker-log.js';

/** `vqi worker`: serves both task queues until it is stopped; starts a Temporal server if none is named or running. */
export async function runWorkerCommand(): Promise<void> {
  const settings = readSettings();
  const server = await openServer(settings);
  const endLog = logTo(consoleLogger());
  try {
    const worker = await startWorker({
      address: server.address,
      namespace: server.namespace,
      home: settings.home,
      inputRoots: settings.inputRoots,
      threads: settings.threads,
      anonymiseKey: settings.anonymiseKey,
    });
    say(
      `worker ready: task queues vqi and vqi-warehouse on ${server.address}, ${worker.threads} threads, home ${settings.home}`,
    );
    if (server.uiAddress !== null) say(`Temporal web UI: ${server.uiAddress}`);
    try {
      await Promise.race([untilInterrupted(), worker.ended]);
    } finally {
      await worker.stop();
    }
  } finally {
    await endLog();
    await server.stop();
  }
}
