import { join } from 'node:path';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { VqiError } from '../common/vqi-error.js';
import { checkServer } from '../server/check-server.js';
import type { TemporalServer } from '../server/connect.js';
import { isHeld, readLock, untilFree } from '../server/file-lock.js';
import { dataConverterOf } from '../worker/data-converter.js';
import type { EncryptionKeys } from '../worker/encryption-codec.js';
import { HomeInUseError, startWorker, type RunningWorker } from '../worker/start-worker.js';
import type { Tracing } from '../worker/tracing.js';
import { readEncryptionKeys } from './encryption-keys.js';
import { ENDING_SIGNALS, InterruptedError } from './interrupted-error.js';
import { openTracing } from './open-tracing.js';
import { say, sayWhile } from './say.js';
import { ServerLostError } from './server-lost-error.js';
import { openServer, runUrl, serverHasEnded, type OpenedServer } from './server.js';
import { readSettings, type Settings } from './settings.js';
import { saySkipped, type skippedIn } from './skipped-captures.js';
import { fileLogger, logTo } from './worker-log.js';
import { workerOptions } from './worker-options.js';

const WATCH_MS = 500;
/** An ending command stops its worker, then its server; a new session must not join that server in between. */
const HOST_ENDS_MS = 3000;
const SERVER_CHECK_MS = 4000;
/** A server that restarts answers again within this time. */
const SERVER_SILENT_MS = 20_000;

/** A session of the command line: a server, a worker (started here, or already running) and a client. */
export interface Session {
  readonly settings: Settings;
  readonly server: TemporalServer;
  readonly client: Client;
  /** The warehouse that this session's runs are bound to. */
  readonly warehouseId: string;
  /** Rejects when there is nothing left to wait for: on a signal (InterruptedError), or if the worker or the server ends. */
  readonly lost: Promise<never>;
  readonly urlOf: (runId: string) => string | null;
  /** What ends with this command, in words: `server and worker`, or the one of both that it started; null: neither. */
  readonly owned: string | null;
  /** Captures that the runs of this session left out. */
  readonly skipped: ReturnType<typeof skippedIn>[];
}

/** The command whose server or worker this session used has ended. */
class HostEndedError extends VqiError {
  override readonly name = 'HostEndedError';
  override readonly retry = 'later';
}

/**
 * Opens a session, runs `work` in it, and always closes what it opened. If the session shares another command's server or
 * worker and that command ends first, opens a new session and runs `work` again, which finds its run still running.
 */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await inSession(work);
    } catch (error) {
      if (!(error instanceof HostEndedError)) throw error;
      say('the command that ran the server and the worker has ended: continuing without it');
      await delay(HOST_ENDS_MS);
    }
  }
}

async function inSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const settings = readSettings();
  const encryption = readEncryptionKeys();
  const tracing = await openTracing();
  say('looking for a Temporal server');
  const server = await sayWhile('starting the Temporal server', openServer(settings));
  const endLog = logTo(fileLogger(join(settings.home, 'worker.log'), settings.logLevel), {
    logLevel: settings.logLevel,
  });
  const closing = new AbortController();
  // Listens before the worker starts: the worker ends on a signal too, with a less helpful error.
  const stopped = interrupted(closing.signal);
  stopped.catch(() => undefined);
  try {
    say('starting the worker');
    const { worker, warehouseId } = await sayWhile(
      'starting the worker',
      workerOf(settings, server, encryption, tracing),
    );
    try {
      const connection = await Connection.connect(server.access.connectOptions);
      try {
        const lost = Promise.race([
          stopped,
          worker === null ? hostEnded(join(settings.home, 'worker.lock'), closing.signal) : ended(worker),
          serverIsLost(server, closing.signal),
          ...(server.owned ? [] : [serverIsSilent(server, closing.signal)]),
        ]);
        lost.catch(() => undefined);
        // A signal that came while the worker started ends the session before anything is begun.
        await Promise.race([lost, setImmediate()]);
        const skipped: Session['skipped'] = [];
        const result = await work({
          settings,
          server,
          warehouseId,
          client: new Client({
            connection,
            namespace: server.namespace,
            dataConverter: dataConverterOf(encryption),
            ...(tracing === null ? {} : { interceptors: { workflow: [tracing.client] } }),
          }),
          lost,
          urlOf: (runId) => runUrl(server, runId),
          owned: ownedText(server.owned, worker !== null),
          skipped,
        });
        saySkipped(skipped);
        return result;
      } finally {
        await connection.close();
      }
    } finally {
      // Without its server, a worker ends with an error that says less than the session's.
      if (worker !== null)
        await sayWhile('stopping the worker', worker.stop()).catch((error: unknown) =>
          say(`the worker did not end properly: ${error instanceof Error ? error.message : String(error)}`),
        );
    }
  } finally {
    closing.abort();
    await tracing?.end();
    await endLog();
    await sayWhile('stopping the Temporal server', server.stop());
  }
}

async function serverIsLost(server: OpenedServer, closing: AbortSignal): Promise<never> {
  if (server.owned) return await serverHasEnded(server, '', closing);
  await server.ended(closing);
  throw new HostEndedError(server.address);
}

/** Rejects when a server that this session did not start has not answered for a while. */
async function serverIsSilent({ address, access }: TemporalServer, closing: AbortSignal): Promise<never> {
  for (let answeredMs = performance.now(); ;) {
    await delay(SERVER_CHECK_MS, undefined, { signal: closing });
    const reason = await checkServer(access, SERVER_CHECK_MS).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (reason === null) answeredMs = performance.now();
    else if (performance.now() - answeredMs > SERVER_SILENT_MS)
      throw new ServerLostError(
        address,
        `has not answered for ${Math.round((performance.now() - answeredMs) / 1000)} s (${reason})`,
      );
    else say(`the Temporal server at ${address} does not answer (${reason}): waiting for it`);
  }
}

function ownedText(server: boolean, worker: boolean): string | null {
  const names = [...(server ? ['server'] : []), ...(worker ? ['worker'] : [])];
  return names.length === 0 ? null : names.join(' and ');
}

/** The worker of the home: started here or, with its warehouse alone, running in another process. */
async function workerOf(
  settings: Settings,
  server: TemporalServer,
  encryption: EncryptionKeys,
  tracing: Tracing | null,
): Promise<{ worker: RunningWorker | null; warehouseId: string }> {
  for (;;) {
    try {
      const worker = await startWorker(workerOptions(settings, server, encryption, tracing));
      return { worker, warehouseId: worker.warehouseId };
    } catch (error) {
      if (!(error instanceof HomeInUseError)) throw error;
      const other = await detailsOfOther(join(settings.home, 'worker.lock'));
      if (other === null) continue;
      const { warehouseId, fingerprint } = other;
      if (fingerprint !== encryption.fingerprint)
        throw new Error(
          `the worker that is already running (process ${error.pid}) has other encryption keys than this command: give both the same VQI_ENCRYPTION_KEYS, and restart the worker after a change of the file`,
          { cause: error },
        );
      say(`using the worker that is already running (process ${error.pid})`);
      return { worker: null, warehouseId };
    }
  }
}

/** What the process that holds the lock says of itself, soon after its start; null if it has ended. */
async function detailsOfOther(
  lockPath: string,
): Promise<{ warehouseId: string; fingerprint: string } | null> {
  for (;;) {
    const record = await readLock(lockPath);
    if (record === null || !(await isHeld(lockPath, record))) return null;
    const { warehouse: id, encryption } = record.details;
    if (typeof id === 'string')
      return { warehouseId: id, fingerprint: typeof encryption === 'string' ? encryption : '' };
    await delay(WATCH_MS);
  }
}

function interrupted(closing: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ENDING_SIGNALS) {
      const stop = (): void => reject(new InterruptedError(signal));
      // Not `once`: ora's cursor handler ends the process at once on a signal that has no other listener any more.
      process.on(signal, stop);
      closing.addEventListener('abort', () => process.off(signal, stop));
    }
  });
}

async function ended(worker: RunningWorker): Promise<never> {
  await worker.ended;
  // A signal ends the worker too, and its error is more helpful.
  await delay(WATCH_MS);
  throw new Error('the worker ended before the run: see worker.log in the home folder');
}

/** Rejects when the process that runs the worker has ended. */
async function hostEnded(lockPath: string, closing: AbortSignal): Promise<never> {
  await untilFree(lockPath, closing);
  throw new HostEndedError(lockPath);
}
