import { endProcess } from './end-process.js';
import { acquireFileLock, type FileLock } from './file-lock.js';
import { type OwnerMessage, ownerOptionsSchema } from './owner-messages.js';
import { processIdentity } from './process-identity.js';
import { serverLockPath, type ServerRecord, serverRecordSchema } from './server-record.js';
import { startServer } from './start-server.js';

/**
 * Entry point of the process that owns the Temporal server of a state folder. It starts the server and prints one JSON
 * line (owner-messages.ts) when it is healthy. It stops the server on SIGINT, SIGTERM or SIGHUP, and when its standard
 * input closes, which means that its parent has ended. Exits with code 1 and the reason on standard error if the server
 * fails.
 */
const ORPHAN_GRACE_MS = 10_000;

const stopRequest = new AbortController();
const requestStop = () => stopRequest.abort(new Error('asked to stop'));
for (const event of ['end', 'close', 'error']) process.stdin.on(event, requestStop);
process.stdin.resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, requestStop);
process.stdout.on('error', requestStop);
process.stderr.on('error', requestStop);

const options = ownerOptionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const attempt = await acquireFileLock(serverLockPath(options.stateDir));
if (attempt.acquired) {
  await endOrphan(attempt.previous?.details);
  await own(attempt.lock);
} else {
  print({ ownedBy: attempt.holder.pid });
}
process.exit();

async function own(lock: FileLock): Promise<void> {
  const record = (serverPid: number): ServerRecord => ({
    serverPid,
    serverIdentity: processIdentity(serverPid) ?? 'gone',
    address: null,
    uiAddress: null,
  });
  try {
    const server = await startServer({
      ...options,
      signal: stopRequest.signal,
      onSpawn: (pid) => lock.update(record(pid)),
    });
    const { address, uiAddress, pid } = server;
    await lock.update({ ...record(pid), address, uiAddress });
    print({ address, uiAddress, pid });
    const ended = await Promise.race([server.ended, stopRequested()]);
    if (ended === null) await server.stop();
    else fail(`the Temporal server ${ended}`);
  } catch (error) {
    if (!stopRequest.signal.aborted) fail(error instanceof Error ? error.message : String(error));
  } finally {
    await lock.release();
  }
}

/** A server may outlive its killed owner, if the system does not end it. Two servers must not share a database. */
async function endOrphan(details: unknown): Promise<void> {
  const { data } = serverRecordSchema.safeParse(details);
  if (data !== undefined) await endProcess(data.serverPid, data.serverIdentity, ORPHAN_GRACE_MS);
}

function stopRequested(): Promise<null> {
  return new Promise((resolve) => {
    if (stopRequest.signal.aborted) resolve(null);
    else stopRequest.signal.addEventListener('abort', () => resolve(null));
  });
}

function print(message: OwnerMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
