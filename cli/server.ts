import { join } from 'node:path';
import { ensureServer, type TemporalServer } from '../server/connect.js';
import type { Settings } from './settings.js';

/** The Temporal server of these settings: found, or started. */
export async function openServer(
  settings: Settings,
  log: (message: string) => void,
): Promise<TemporalServer> {
  return await ensureServer({
    address: settings.temporalAddress,
    temporalCli: settings.temporalCli,
    stateDir: join(settings.home, 'temporal'),
    cacheDir: settings.cacheDir,
    path: settings.path,
    log,
  });
}

/** Address of a run in the web UI, or null where the UI's address is not known. */
export function runUrl(server: TemporalServer, runId: string): string | null {
  if (server.uiAddress === null) return null;
  const base = server.uiAddress.startsWith('http') ? server.uiAddress : `http://${server.uiAddress}`;
  return `${base}/namespaces/${server.namespace}/workflows/${encodeURIComponent(runId)}`;
}

/** Resolves on Ctrl-C or SIGTERM. */
export async function untilInterrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
