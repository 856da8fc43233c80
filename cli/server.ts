import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureServer, type EnsureServerOptions, type TemporalServer } from '../server/connect.js';
import { ENDING_SIGNALS } from './interrupted-error.js';
import { say } from './say.js';
import type { Settings } from './settings.js';
import { readTemporalAccess } from './temporal-access.js';

/**
 * Finds or starts the Temporal server of these settings.
 * @param onLost called if a server that this call started ends by itself
 * @throws Error if the home folder is not writable, or the settings of the connection cannot be used; TemporalServerError
 */
export async function openServer(
  settings: Settings,
  onLost?: EnsureServerOptions['onLost'],
): Promise<TemporalServer> {
  makeHome(settings.home);
  return await ensureServer({
    ...(onLost === undefined ? {} : { onLost }),
    given: readTemporalAccess(),
    temporalCli: settings.temporalCli,
    stateDir: temporalFolder(settings),
    cacheDir: settings.cacheDir,
    path: settings.path,
    log: say,
  });
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
