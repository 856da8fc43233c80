import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeSimulation } from '../../cli/write-simulation.js';
import { projectRoot } from '../../common/project-root.js';
import type { TemporalServer } from '../../server/connect.js';
import { readLock } from '../../server/file-lock.js';
import { findOnPath } from '../../server/find-on-path.js';
import { readServerRecord } from '../../server/server-record.js';
import { CONSTANT_SIMULATION } from '../constant-simulation.js';
import { writeSmallDataset } from './small-dataset.js';
import { testServer, until } from './worker-process.js';

/** Exit codes of a command whose terminal was closed. */
const HUNG_UP_CODES: ReadonlyMap<number, string> = new Map([
  [129, 'ended by SIGHUP'],
  [130, 'ended as by Ctrl-C'],
  [134, 'SIGABRT: without its terminal, Node itself was seen to crash at the very end'],
  [139, 'SIGSEGV: the same'],
]);

const CTRL_C = '\u0003';
const script = process.platform === 'linux' ? findOnPath('script', process.env['PATH'] ?? '') : null;
const skip = script === null ? 'script of util-linux is not installed' : false;

/** A command of `vqi` on a pseudo-terminal of its own; a file gets its exit code, which a closed terminal cannot show. */
class TerminalCommand {
  /** Everything that the terminal showed. */
  output = '';
  readonly #terminal: ChildProcess;
  readonly #codePath: string;
  readonly #folder: string;

  /** @param args its words, as for a shell, before `--run-id` */
  constructor(folder: string, args: string, runId: string, env: Record<string, string>) {
    this.#folder = folder;
    this.#codePath = join(folder, `${runId}.code`);
    rmSync(this.#codePath, { force: true });
    const main = join(projectRoot(), 'dist', 'cli', 'main.js');
    // The shell outlives a closed terminal and a Ctrl-C that the terminal sends to all of its processes, so that it can write the code.
    const line = `stty cols 100 rows 30; trap '' HUP; trap : INT; '${process.execPath}' '${main}' ${args} --run-id ${runId}; echo $? > '${this.#codePath}'`;
    this.#terminal = spawn(script ?? 'script', ['-q', '-f', '-c', line, '/dev/null'], {
      env: { ...process.env, VQI_HOME: join(folder, 'home'), VQI_THREADS: '1', SHELL: '/bin/sh', ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#terminal.stdout?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
  }

  async shows(text: RegExp): Promise<void> {
    await until(() => text.test(this.output) || this.#terminal.exitCode !== null, 90_000, String(text)).catch(
      (error: unknown) => assert.fail(`${String(error)}\n${this.output}`),
    );
    assert.match(this.output, text);
  }

  type(text: string): void {
    this.#terminal.stdin?.write(text);
  }

  /**
   * Closes the terminal, as its window does. Linux tells the shell alone, and an interactive shell passes the signal on to
   * its command: this one is not interactive, so the test does.
   */
  async hangUp(pid: number): Promise<void> {
    const ended = once(this.#terminal, 'exit');
    this.#terminal.kill('SIGKILL');
    await ended;
    process.kill(pid, 'SIGHUP');
  }

  /** The processes that name this folder, with their threads. */
  #threads(): string {
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return processes
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(this.#folder);
        } catch {
          return false;
        }
      })
      .map(threadsOf)
      .join('\n');
  }

  async exitCode(): Promise<number> {
    await until(
      () => existsSync(this.#codePath) && statSync(this.#codePath).size > 0,
      60_000,
      'it ends',
    ).catch((error: unknown) =>
      assert.fail(`${String(error)}\n${this.output}\nstill running:\n${this.#threads()}`),
    );
    return Number(readFileSync(this.#codePath, 'utf8'));
  }
}

/** What the threads of a process are doing. */
function threadsOf(pid: string): string {
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      return '';
    }
  };
  const folder = `/proc/${pid}`;
  const states = readdirSync(join(folder, 'task')).map((thread) => {
    const [name, state] = ['comm', 'wchan'].map((file) => read(join(folder, 'task', thread, file)));
    return `${name} in ${state}`;
  });
  return `${pid} ${read(join(folder, 'cmdline')).replaceAll('\0', ' ')}: ${states.join(', ')}`;
}

describe('vqi on a terminal', { timeout: 300_000, skip }, () => {
  let folder = '';
  let server: TemporalServer | null = null;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-terminal-'));
    server = await testServer(join(folder, 'temporal'));
    writeSmallDataset(join(folder, 'dataset.csv'));
    // A failed trial keeps the search open, so that the spinner runs until the test interrupts it.
    const search = {
      trials: 1,
      settings: [{ family: 'ml-svm', C: 100, sigma: 0.1, maxIterations: 1, rowCap: 400 }],
      families: ['extra-trees'],
      holdForRetrySeconds: 600,
    };
    const source = { kind: 'dataset', path: join(folder, 'dataset.csv') };
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ source, search }));
  });
  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = (): string => `start --config '${join(folder, 'run.json')}'`;
  const command = (runId: string): TerminalCommand =>
    new TerminalCommand(folder, start(), runId, { TEMPORAL_ADDRESS: server?.address ?? '' });

  it('ends by Ctrl-C while the spinner runs, says how to continue, and makes files for its owner only', async () => {
    const started = command('held');
    await started.shows(/searching: .*1 failed/);
    started.type(CTRL_C);
    assert.equal(await started.exitCode(), 130, started.output);
    assert.match(
      started.output,
      /run held is stopped, not ended; to continue it, use the same command with --run-id held\r?\n/,
    );
    const home = join(folder, 'home');
    assert.equal(statSync(home).mode & 0o777, 0o700);
    const open = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter(
      (name) => (statSync(join(home, name)).mode & 0o077) !== 0,
    );
    assert.deepEqual(open, [], 'files that others may read');

    const again = command('held');
    await again.shows(/run held continues where it stopped[^]*searching: .*1 failed/);
    const lock = await readLock(join(home, 'worker.lock'));
    assert.ok(lock !== null);
    await again.hangUp(lock.pid);
    const code = await again.exitCode();
    assert.ok(HUNG_UP_CODES.has(code), `exit code ${code}\n${again.output}`);
    assert.equal(existsSync(join(home, 'worker.lock')), false, 'the worker has ended properly');
  });

  it('says that the server has ended, and that the run can be continued', async () => {
    const started = new TerminalCommand(folder, start(), 'orphan', {
      TEMPORAL_ADDRESS: '',
      VQI_HOME: join(folder, 'own-home'),
    });
    await started.shows(/searching: .*1 failed/);
    const { record } = await readServerRecord(join(folder, 'own-home', 'temporal'));
    assert.ok(record !== null);
    process.kill(record.serverPid, 'SIGKILL');
    assert.equal(await started.exitCode(), 1);
    assert.match(
      started.output,
      /the Temporal server at \S+ has ended; its database keeps run orphan\r?\nto continue the run, use the same command with --run-id orphan\r?\n/,
    );
  });

  it('leaves a line with the last counts of each stage that is done', async () => {
    const captures = join(folder, 'captures');
    await writeSimulation({ ...CONSTANT_SIMULATION, directory: captures, sessions: 3, durationSeconds: 30 });
    const started = new TerminalCommand(folder, `analyse '${captures}'`, 'counted', {
      TEMPORAL_ADDRESS: server?.address ?? '',
    });
    assert.equal(await started.exitCode(), 0, started.output);
    assert.match(started.output, /✔.{0,9} planning/);
    assert.match(started.output, /✔.{0,9} ingesting: 3 of 3 captures, \d+\.\d MB\r?\n/);
    assert.match(started.output, /✔.{0,9} reporting/);
  });
});
