import { setTimeout as delay } from 'node:timers/promises';
import { checkServer } from './check-server.js';
import { findTemporalCli } from './find-temporal-cli.js';
import { ServerAccess } from './server-access.js';
import { serverFault } from './server-fault.js';
import { readServerRecord } from './server-record.js';
import { spawnOwner } from './spawn-owner.js';
import { TemporalServerError } from './temporal-server-error.js';

const GIVEN_ADDRESS_TIMEOUT_MS = 10_000;
/** How long another process's server may take to become healthy. */
const OTHER_OWNER_TIMEOUT_MS = 75_000;
/** Ports of a server that is started here, if they are free. */
export const DEFAULT_PORT = 7233;
export const DEFAULT_UI_PORT = 8233;

/** How to find a server, and how to start one. */
export interface EnsureServerOptions {
  /** A server that the user runs; then none is started. */
  readonly given?: ServerAccess | undefined;
  /** Folder of the server's database and lock. */
  readonly stateDir: string;
  /** Folder of a downloaded or built Temporal CLI. */
  readonly cacheDir: string;
  /** The user's own CLI (VQI_TEMPORAL_CLI). */
  readonly temporalCli?: string | undefined;
  /** Folders to look for programs in, as in $PATH. */
  readonly path: string;
  readonly log: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Preferred ports, default 7233 and 8233; free ones are used instead if these are occupied. */
  readonly port?: number;
  readonly uiPort?: number;
  /** Called when a server started by this call ends without having been stopped. */
  readonly onLost?: (reason: TemporalServerError) => void;
}

/** A server that responds. */
export interface TemporalServer {
  readonly access: ServerAccess;
  /** host:port of the gRPC service. */
  readonly address: string;
  /** Null if unknown (a server that the user runs). */
  readonly uiAddress: string | null;
  readonly namespace: string;
  /** True if this call started the server, which then ends with stop() or with this process. */
  readonly owned: boolean;
  /** Ends the server and its owner if owned, else does nothing. */
  readonly stop: () => Promise<void>;
}

/**
 * A Temporal server: the one that is `given`, else the one already running for `stateDir`, else a new one.
 *
 * @throws TemporalServerError if it does not respond, cannot be found or does not start
 */
export async function ensureServer(options: EnsureServerOptions): Promise<TemporalServer> {
  if (options.given !== undefined) return givenServer(options.given);

  let cli: string | null = null;
  for (;;) {
    options.signal?.throwIfAborted();
    const running = await runningServer(options);
    if (running !== null) return running;

    cli ??= await findTemporalCli({ ...options, explicit: options.temporalCli });
    const owner = await spawnOwner(
      {
        cli,
        stateDir: options.stateDir,
        path: options.path,
        port: options.port ?? DEFAULT_PORT,
        uiPort: options.uiPort ?? DEFAULT_UI_PORT,
      },
      options,
    );
    if (owner !== null) {
      const { address, uiAddress, stop } = owner;
      return serverAt(new ServerAccess(address), uiAddress, stop);
    }
  }
}

async function givenServer(access: ServerAccess): Promise<TemporalServer> {
  try {
    await checkServer(access, GIVEN_ADDRESS_TIMEOUT_MS);
  } catch (error) {
    const { reason, next } = await serverFault(error, access);
    throw new TemporalServerError(
      `The Temporal server at ${access.address} (${access.givenBy ?? 'given'}) does not answer for namespace "${access.namespace}": ${reason}\n` +
        `${next.charAt(0).toUpperCase()}${next.slice(1)}.`,
      { cause: error },
    );
  }
  return serverAt(access, null, null);
}

/** @param stop null: another process ends it */
function serverAt(
  access: ServerAccess,
  uiAddress: string | null,
  stop: TemporalServer['stop'] | null,
): TemporalServer {
  const { address, namespace } = access;
  return {
    ...{ access, address, namespace, uiAddress },
    owned: stop !== null,
    stop: stop ?? (() => Promise.resolve()),
  };
}

/** The server that another live process owns, as soon as it responds; null if there is no such process. */
async function runningServer({ stateDir, log, signal }: EnsureServerOptions): Promise<TemporalServer | null> {
  const deadlineMs = performance.now() + OTHER_OWNER_TIMEOUT_MS;
  let lastError: unknown = 'it is still starting';
  for (let round = 0; ; round++) {
    const { isOwned, ownerPid, record } = await readServerRecord(stateDir);
    if (!isOwned) return null;
    if (record?.address != null) {
      try {
        const { address, uiAddress } = record;
        const access = new ServerAccess(address);
        await checkServer(access, 3000);
        return serverAt(access, uiAddress, null);
      } catch (error) {
        lastError = error;
      }
    }
    if (round === 0) log(`waiting for the Temporal server of process ${ownerPid ?? '?'}`);
    if (performance.now() > deadlineMs) {
      throw new TemporalServerError(
        `Process ${ownerPid ?? '?'} owns the Temporal server of ${stateDir}, but the server does not answer: ` +
          `${String(lastError)}\nEnd that process and try again.`,
        { cause: lastError },
      );
    }
    await delay(200, undefined, { signal });
  }
}
