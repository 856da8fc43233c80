import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureServer, type TemporalServer } from '../server/connect.js';
import { untilFree } from '../server/file-lock.js';
import { serverLockPath } from '../server/server-record.js';
import { ENDING_SIGNALS } from './interrupted-error.js';
import { say } from './say.js';
import { ServerLostError } from './server-lost-error.js';
import type { Settings } from './settings.js';
import { readTemporalAccess } from './temporal-access.js';

/** A server, and how to learn that it has ended. */
export interface OpenedServer extends TemporalServer {
  /** Resolves when a server of the home folder has ended, whichever process ran it; never if the server was named by the user. */
  readonly ended: (closing: AbortSignal) => Promise<void>;
}

/**
 * Finds or starts the Temporal server of these settings.
 * @throws Error if the home folder is not writable, or the settings of the connection cannot be used; TemporalServerError
 */
export async function openServer(settings: Settings): Promise<OpenedServer> {
  makeHome(settings.home);
  const stateDir = temporalFolder(settings);
  let end = (): void => undefined;
  const ownEnded = new Promise<void>((resolve) => (end = resolve));
  const server = await ensureServer({
    onLost: end,
    given: readTemporalAccess(),
    temporalCli: settings.temporalCli,
    stateDir,
    cacheDir: settings.cacheDir,
    path: settings.path,
    log: say,
  });
  const ended = (closing: AbortSignal): Promise<void> => {
    if (server.access.givenBy !== null) return new Promise(() => undefined);
    return server.owned ? ownEnded : untilFree(serverLockPath(stateDir), closing);
  };
  return { ...server, ended };
}

/** Rejects when the server has ended: another one that comes to its address has other runs. @param next what to do, in words */
export async function serverHasEnded(
  server: OpenedServer,
  next: string,
  closing: AbortSignal,
): Promise<never> {
  await server.ended(closing);
  throw new ServerLostError(server.address, `has ended${next}`);
}

function makeHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true });
    accessSync(home, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(
      `${home} cannot be used for results (${error instanceof Error ? error.message : String(error)}): set VQI_HOME to a writable folder`,
      { cause: error },
    );
  }
}

/** Folder of the server's database and lock. */
export function temporalFolder({ home }: Settings): string {
  return join(home, 'temporal');
}

/** Address of a run in the web UI, or null if the UI's address is unknown. */
export function runUrl(server: TemporalServer, runId: string): string | null {
  if (server.uiAddress === null) return null;
  const base = server.uiAddress.startsWith('http') ? server.uiAddress : `http://${server.uiAddress}`;
  return `${base}/namespaces/${server.namespace}/workflows/${encodeURIComponent(runId)}`;
}

/** Resolves on Ctrl-C, on SIGTERM and when the terminal is closed. */
export async function untilInterrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ENDING_SIGNALS) process.once(signal, () => resolve());
  });
}
