import { setTimeout as delay } from 'node:timers/promises';
import { checkServer } from './check-server.js';
import { findTemporalCli } from './find-temporal-cli.js';
import { readServerRecord } from './server-record.js';
import { spawnOwner } from './spawn-owner.js';
import { TemporalServerError } from './temporal-server-error.js';

export const NAMESPACE = 'default';
const GIVEN_ADDRESS_TIMEOUT_MS = 10_000;
/** How long another process's server may take to become healthy. */
const OTHER_OWNER_TIMEOUT_MS = 75_000;
/** Ports of a server that is started here, if they are free. */
export const DEFAULT_PORT = 7233;
export const DEFAULT_UI_PORT = 8233;

/** How to find a server, and how to start one. */
export interface EnsureServerOptions {
  /** host:port of a server that the user runs (TEMPORAL_ADDRESS); then none is started. */
  readonly address?: string | undefined;
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
  /** host:port of the gRPC service. */
  readonly address: string;
  /** Null if unknown (a server that the user runs). */
  readonly uiAddress: string | null;
  readonly namespace: 'default';
  /** True if this call started the server, which then ends with stop() or with this process. */
  readonly owned: boolean;
  /** Ends the server and its owner if owned, else does nothing. */
  readonly stop: () => Promise<void>;
}

/**
 * A Temporal server: the one at `address` if given, else the one already running for `stateDir`, else a new one.
 *
 * @throws TemporalServerError if it does not respond, cannot be found or does not start
 */
export async function ensureServer(options: EnsureServerOptions): Promise<TemporalServer> {
  if (options.address !== undefined && options.address !== '') return givenServer(options.address);

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
      return { address, uiAddress, namespace: NAMESPACE, owned: true, stop };
    }
  }
}

async function givenServer(address: string): Promise<TemporalServer> {
  try {
    await checkServer(address, NAMESPACE, GIVEN_ADDRESS_TIMEOUT_MS);
  } catch (error) {
    throw new TemporalServerError(
      `The Temporal server at ${address} (TEMPORAL_ADDRESS) does not answer for namespace "${NAMESPACE}": ` +
        `${error instanceof Error ? error.message : String(error)}\n` +
        'Start it, correct the address (host:port), or unset TEMPORAL_ADDRESS to start a server here.',
      { cause: error },
    );
  }
  return { address, uiAddress: null, namespace: NAMESPACE, owned: false, stop: () => Promise.resolve() };
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
        await checkServer(record.address, NAMESPACE, 3000);
        const { address, uiAddress } = record;
        return { address, uiAddress, namespace: NAMESPACE, owned: false, stop: () => Promise.resolve() };
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
