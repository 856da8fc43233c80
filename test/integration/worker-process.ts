import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { readTemporalAccess } from '../../cli/temporal-access.js';
import { projectRoot } from '../../common/project-root.js';
import { ensureServer, type TemporalServer } from '../../server/connect.js';
import { findTemporalCli } from '../../server/find-temporal-cli.js';
import { dataConverterOf } from '../../worker/data-converter.js';
import { EncryptionKeys } from '../../worker/encryption-codec.js';
import { sharedData } from '../shared-data.js';

const CACHE_DIR = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'vqi');

/** A real Temporal server for this test only. @param port a port that it can use again after a crash */
export async function testServer(stateDir: string, port?: number): Promise<TemporalServer> {
  return await ensureServer({
    ...(port === undefined ? {} : { port }),
    given: readTemporalAccess(),
    temporalCli: process.env['VQI_TEMPORAL_CLI'],
    stateDir,
    cacheDir: CACHE_DIR,
    path: process.env['PATH'] ?? '',
    log: (message) => process.stderr.write(`${message}\n`),
  });
}

/** The Temporal CLI that tests run. */
export async function testTemporalCli(): Promise<string> {
  return await findTemporalCli({
    explicit: process.env['VQI_TEMPORAL_CLI'],
    path: process.env['PATH'] ?? '',
    cacheDir: CACHE_DIR,
    log: () => undefined,
  });
}

export async function testClient(
  { access }: TemporalServer,
  keys = new EncryptionKeys(),
): Promise<{ client: Client; close: () => Promise<void> }> {
  const connection = await Connection.connect(access.connectOptions);
  return {
    client: new Client({ connection, namespace: access.namespace, dataConverter: dataConverterOf(keys) }),
    close: () => connection.close(),
  };
}

/** How to start a worker. */
interface WorkerOptions {
  readonly cwd?: string;
  readonly args?: readonly string[];
  /** A command that runs the worker in its place (exec). */
  readonly before?: readonly string[];
  /** Folder of the program; by default this project. */
  readonly root?: string;
}

/** A worker in a separate process, as `npm run worker` starts it. It reads from the folder around its home, and from shared data. */
export class WorkerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly output: { text: string; results: string },
  ) {}

  static async start(
    home: string,
    address: string,
    env: Record<string, string> = {},
    { cwd, args = [], before = [], root = projectRoot() }: WorkerOptions = {},
  ): Promise<WorkerProcess> {
    const roots = [dirname(home), projectRoot(), sharedData() ?? ''].join(delimiter);
    const [program, ...first] = [...before, process.execPath, join(root, 'dist', 'cli', 'main.js')];
    const child = spawn(program, [...first, 'worker', ...args], {
      cwd,
      env: {
        ...process.env,
        VQI_HOME: home,
        TEMPORAL_ADDRESS: address,
        VQI_THREADS: '2',
        VQI_INPUT_ROOTS: roots,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { text: '', results: '' };
    child.stdout.setEncoding('utf8').on('data', (part: string) => (output.results += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (output.text += part));
    const worker = new WorkerProcess(child, output);
    await until(
      () => output.text.includes('worker ready') || child.exitCode !== null,
      60_000,
      'the worker is ready',
    );
    if (child.exitCode !== null) throw new Error(`the worker ended: ${output.text}`);
    return worker;
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get log(): string {
    return this.output.text;
  }

  /** Its standard output so far. */
  get results(): string {
    return this.output.results;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until it ends by itself; null: by a signal. */
  async exitCode(): Promise<number | null> {
    if (this.isRunning) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  /** Ends the process as a crash would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}

/** Waits until a condition is true. @throws Error naming it after `timeoutMs` */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: string,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`timed out while waiting until ${what}`);
    await delay(100);
  }
}
