import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { OutputTail } from './output-tail.js';
import { ownerMessageSchema, type OwnerMessage, type OwnerOptions } from './owner-messages.js';
import { TemporalServerError } from './temporal-server-error.js';

/** The owner stops the server within 10 s. After this time it gets SIGTERM, and after twice this time SIGKILL. */
const STOP_GRACE_MS = 15_000;

/** A process that owns a healthy server. */
export interface Owner {
  readonly address: string;
  readonly uiAddress: string;
  /** Ends the server, then the owner; resolves when both are gone. */
  readonly stop: () => Promise<void>;
}

export interface SpawnOwnerHooks {
  readonly signal?: AbortSignal | undefined;
  readonly onLost?: (reason: TemporalServerError) => void;
}

/**
 * Starts server/main.ts and waits for its line. Null if another process owns the state folder's server already.
 * The owner runs in a separate process session, so that Ctrl-C reaches only the caller, which may still use the server.
 * It lives as long as the pipe to its standard input, so it ends with the caller at the latest.
 *
 * @throws TemporalServerError with the owner's reason if the server does not become healthy
 */
export async function spawnOwner(options: OwnerOptions, hooks: SpawnOwnerHooks): Promise<Owner | null> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./main.js', import.meta.url)), JSON.stringify(options)],
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  const tail = new OutputTail();
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => tail.push(chunk));
  child.stdin.on('error', () => undefined);
  let isStopping = false;
  const ended = new Promise<TemporalServerError>((resolve) => {
    child.on('error', (error) =>
      resolve(
        new TemporalServerError(`the process of the Temporal server could not be started: ${error.message}`),
      ),
    );
    child.on('close', (code, signal) =>
      resolve(
        new TemporalServerError(
          `${tail.text().trim() || 'the Temporal server stopped'} (${signal ?? `code ${code ?? '?'}`})`,
        ),
      ),
    );
  });
  const stop = async () => {
    isStopping = true;
    child.stdin.end();
    const terminate = setTimeout(() => child.kill('SIGTERM'), STOP_GRACE_MS);
    const force = setTimeout(() => child.kill('SIGKILL'), 2 * STOP_GRACE_MS);
    await ended;
    clearTimeout(terminate);
    clearTimeout(force);
  };

  const message = await firstMessage(child.stdout, ended, hooks.signal).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if ('ownedBy' in message) {
    await stop();
    return null;
  }
  void ended.then((reason) => {
    if (!isStopping) hooks.onLost?.(reason);
  });
  return { address: message.address, uiAddress: message.uiAddress, stop };
}

async function firstMessage(
  output: NodeJS.ReadableStream,
  ended: Promise<TemporalServerError>,
  signal: AbortSignal | undefined,
): Promise<OwnerMessage> {
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(output).once('line', resolve);
    ended.then(reject, reject);
    const abort = () => reject(new TemporalServerError('stopped while the Temporal server was starting'));
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
  });
  return ownerMessageSchema.parse(JSON.parse(line));
}
