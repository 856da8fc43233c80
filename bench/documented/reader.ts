import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { missingOutput } from './missing-output.js';

const LONGEST_MS = 900_000;
/** How long a state that a page shows is waited for. */
const SHOWN_MS = 120_000;
const POLL_MS = 1000;
const STOP_MS = 60_000;

/** Commands that only look: they are repeated until they print what the page shows, because it shows a moment of a run. */
const LOOKS = /^temporal workflow (query|list|metadata|describe) /;

export interface Outcome {
  readonly code: number | null;
  readonly said: string;
  /** The first piece of the shown output that was not printed; null: all was, or none is shown. */
  readonly missing: string | null;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  said: string;
}

/** Who types the commands of a page, in a folder and a home of their own. */
export class Reader {
  #left: Started[] = [];

  /**
   * @param folder where the commands run
   * @param programs folder that comes first in PATH
   */
  constructor(
    private readonly folder: string,
    private readonly programs: string,
  ) {}

  /** Runs a command to its end. @param shown its output in the page */
  async run(text: string, shown: string | null, figures: 'same' | 'any'): Promise<Outcome> {
    const endMs = performance.now() + SHOWN_MS;
    for (;;) {
      const outcome = await this.#once(text, shown, figures);
      const isRight = outcome.missing === null && outcome.code === 0;
      if (isRight || !LOOKS.test(text) || performance.now() > endMs) return outcome;
      await delay(POLL_MS);
    }
  }

  async #once(text: string, shown: string | null, figures: 'same' | 'any'): Promise<Outcome> {
    const started = await this.#start(text);
    const timer = setTimeout(() => {
      started.said += `\nnot ended after ${LONGEST_MS / 60_000} minutes`;
      process.kill(-started.child.pid!, 'SIGTERM');
    }, LONGEST_MS);
    const code = await started.ended.finally(() => clearTimeout(timer));
    const missing = shown === null ? null : missingOutput(shown, started.said, figures);
    return { code, said: started.said, missing };
  }

  /** Starts a command that runs until it is stopped, and waits for what the page shows of it. */
  async leaveRunning(text: string, shown: string): Promise<Outcome> {
    const started = await this.#start(text);
    this.#left.push(started);
    const endMs = performance.now() + SHOWN_MS;
    for (;;) {
      const missing = missingOutput(shown, started.said, 'any');
      const hasEnded = started.child.exitCode !== null;
      if (missing === null || hasEnded || performance.now() > endMs)
        return { code: hasEnded ? started.child.exitCode : 0, said: started.said, missing };
      await delay(POLL_MS);
    }
  }

  get hasLeftRunning(): boolean {
    return this.#left.length > 0;
  }

  /** Ends what was left running, as Ctrl-C does. */
  async stop(): Promise<void> {
    const left = this.#left.reverse();
    this.#left = [];
    for (const { child, ended } of left) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      process.kill(-child.pid!, 'SIGINT');
      const isOver = await Promise.race([ended.then(() => true), delay(STOP_MS, false, { ref: false })]);
      if (!isOver) process.kill(-child.pid!, 'SIGKILL');
    }
  }

  async #start(text: string): Promise<Started> {
    const home = join(this.folder, 'home');
    await mkdir(home, { recursive: true });
    // The Temporal CLI is not downloaded again.
    const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
    const path = [this.programs, join(cache, 'vqi', 'bin'), process.env['PATH'] ?? ''].join(delimiter);
    const child = spawn('sh', ['-e', '-c', text], {
      ...{ cwd: this.folder, detached: true },
      env: {
        ...{ ...process.env, PATH: path, VQI_HOME: join(this.folder, '.vqi') },
        ...{ HOME: home, XDG_CACHE_HOME: cache },
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const started: Started = { child, ended, said: '' };
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (piece: string) => (started.said += piece));
    return started;
  }
}
