import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { checkServer } from './check-server.js';
import { findOnPath } from './find-on-path.js';
import { freePort } from './free-port.js';
import { OutputTail } from './output-tail.js';
import { DEFAULT_NAMESPACE, ServerAccess } from './server-access.js';
import { setRetention } from './set-retention.js';
import { TemporalServerError } from './temporal-server-error.js';

const HOST = '127.0.0.1';
const RETENTION_DAYS = 90;
const HEALTHY_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 10_000;
/** A port that was free a moment ago can be taken by the time the server opens it. */
const ATTEMPTS = 3;

/**
 * Settings for speed. By default the server polls for new children and activities of workflows only 20 times a second (its
 * only history shard has `transferProcessorMaxPollRPS` 20), and waits for the disk four times with every change. With WAL
 * and `synchronous` NORMAL, SQLite does not wait for the disk: everything written survives a crash of the server; after a
 * power loss the database is intact, but may lack the last few seconds.
 */
const SERVER_SETTINGS = [
  ['--sqlite-pragma', 'journal_mode=wal'],
  ['--sqlite-pragma', 'synchronous=normal'],
  ['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=1000'],
  // The response to a completed workflow task carries the next activity if the worker has a free slot.
  ['--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
].flat();

export interface StartServerOptions {
  /** Path of the Temporal CLI. */
  readonly cli: string;
  /** Folder of temporal.db (SQLite); created if missing. */
  readonly stateDir: string;
  /** Folders to look for helper programs in, as in $PATH. */
  readonly path: string;
  /** Preferred port; a free one is used instead if it is occupied. */
  readonly port: number;
  readonly uiPort: number;
  /** Called with the id of the server's process as soon as it is known. */
  readonly onSpawn: (pid: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** A server that this process started. */
export interface StartedServer {
  /** host:port of the gRPC service. */
  readonly address: string;
  readonly uiAddress: string;
  readonly pid: number;
  /** Resolves when the process has ended, to the way it ended and its last lines. */
  readonly ended: Promise<string>;
  /** SIGTERM, and SIGKILL after 10 s; resolves when the process has ended. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts `temporal server start-dev` on 127.0.0.1 with a database file, waits until it responds, and sets the
 * retention of its namespace to 90 days.
 *
 * @throws TemporalServerError with the server's last lines if it ends or does not respond within 60 s
 */
export async function startServer(options: StartServerOptions): Promise<StartedServer> {
  await mkdir(options.stateDir, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const server = await spawnServer(options, await freePort(options.port), await freePort(options.uiPort));
    try {
      await healthy(server, options.signal);
      await setRetention(new ServerAccess(server.address), RETENTION_DAYS);
      return server;
    } catch (error) {
      await server.stop();
      const lostPort = /address already in use/.test(server.tail.text());
      if (!lostPort || attempt === ATTEMPTS || options.signal.aborted) throw error;
    }
  }
}

interface SpawnedServer extends StartedServer {
  readonly child: ChildProcess;
  readonly tail: OutputTail;
}

async function spawnServer(
  options: StartServerOptions,
  port: number,
  uiPort: number,
): Promise<SpawnedServer> {
  const args = ['server', 'start-dev', '--ip', HOST, '--port', String(port), '--ui-port', String(uiPort)];
  args.push('--db-filename', join(options.stateDir, 'temporal.db'), '--namespace', DEFAULT_NAMESPACE);
  args.push('--log-level', 'error', ...SERVER_SETTINGS);
  const [command, ...rest] = [...(await endsWithParent(options.path)), options.cli, ...args];
  const child = spawn(command ?? options.cli, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  const tail = new OutputTail();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => tail.push(chunk));
  }
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(`could not be run: ${error.message}`));
    child.on('close', (code, signal) =>
      resolve(`ended with ${signal ?? `code ${code ?? '?'}`}\n${tail.text()}`.trim()),
    );
  });
  if (child.pid === undefined) throw new TemporalServerError(`${options.cli} ${await ended}`);
  await options.onSpawn(child.pid);
  return {
    address: `${HOST}:${port}`,
    uiAddress: `http://${HOST}:${uiPort}`,
    pid: child.pid,
    ended,
    child,
    tail,
    async stop() {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
      await ended;
      clearTimeout(force);
    },
  };
}

/** A command prefix with which Linux ends the server when its parent is killed; empty if not available. */
async function endsWithParent(path: string): Promise<string[]> {
  const setpriv = process.platform === 'linux' ? findOnPath('setpriv', path) : null;
  if (setpriv === null) return [];
  const prefix = [setpriv, '--pdeathsig', 'TERM'];
  return promisify(execFile)(setpriv, [...prefix.slice(1), process.execPath, '--version']).then(
    () => prefix,
    () => [],
  );
}

/**
 * Resolves when the server has printed that it listens, and responds. Without the printed line, another server that
 * took the port in the meantime could be mistaken for it.
 */
async function healthy({ child, tail, address, ended }: SpawnedServer, signal: AbortSignal): Promise<void> {
  const deadlineMs = performance.now() + HEALTHY_TIMEOUT_MS;
  let lastError: unknown = 'it has not reported that it listens';
  while (performance.now() < deadlineMs) {
    signal.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new TemporalServerError(`the Temporal server did not start: it ${await ended}`);
    }
    if (/^ *Server: /m.test(tail.text())) {
      try {
        await checkServer(new ServerAccess(address), 2000);
        return;
      } catch (error) {
        lastError = error;
      }
    }
    await delay(50);
  }
  throw new TemporalServerError(
    `the Temporal server at ${address} did not answer within ${HEALTHY_TIMEOUT_MS / 1000} s: ${String(lastError)}\n${tail.text()}`,
    { cause: lastError },
  );
}
