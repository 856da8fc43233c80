import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../common/project-root.js';

/** A command is never silent for longer than this. */
const LONGEST_SILENCE_MS = 5_000;
const LAST_LINES = 6;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A command that was interrupted; the bench ends too. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/**
 * Runs one command of the program as users do, with `VQI_HOME` set, and shows its progress on standard error.
 *
 * @param inputRoots folders that the command may read besides the usual ones
 * @throws Error with its last lines if it fails; StoppedError if it was interrupted
 */
export async function runVqi(
  args: readonly string[],
  home: string,
  inputRoots: readonly string[],
): Promise<void> {
  const startMs = performance.now();
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', join(projectRoot(), 'dist', 'cli', 'main.js'), ...args],
    // Its own process group: Ctrl-C on a terminal reaches it once, by `forward`; a second one would end it at once.
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment(home, inputRoots) },
      detached: true,
    },
  );
  const last: string[] = [];
  let shownMs = startMs;
  const show = (line: string): void => {
    shownMs = performance.now();
    process.stderr.write(`  ${line}\n`);
  };
  const heartbeat = setInterval(() => {
    if (performance.now() - shownMs < LONGEST_SILENCE_MS) return;
    show(
      `${Math.round((performance.now() - startMs) / 1000)} s so far; ${last.at(-1) ?? 'nothing said yet'}`,
    );
  }, 1_000);
  // Results go to the table of this bench; only progress is shown.
  child.stdout.resume();
  createInterface({ input: child.stderr }).on('line', (line) => {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    show(line);
  });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of SIGNALS) process.once(signal, forward);
  const ended = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  }).finally(() => {
    clearInterval(heartbeat);
    for (const signal of SIGNALS) process.off(signal, forward);
  });
  if (typeof ended === 'string' || (ended ?? 0) > 128) throw new StoppedError(`vqi ${args[0]} was stopped`);
  if (ended !== 0) {
    const reason = last.findLast((line) => line.includes(' failed: ')) ?? last.join(' | ');
    throw new Error(`vqi ${args[0]} failed: ${reason}`);
  }
}

/** The command as one would type it. */
export function commandText(args: readonly string[], home: string, inputRoots: readonly string[]): string {
  const words = (texts: readonly string[]): string => texts.map(quoted).join(' ');
  const set = Object.entries(environment(home, inputRoots)).map(
    ([name, value]) => `${name}=${quoted(value)}`,
  );
  return `${set.join(' ')} npm run vqi -- ${words(args)}`;
}

/** Captures of several folders are named by a sessions file that is in none of them. */
function environment(home: string, inputRoots: readonly string[]): Record<string, string> {
  if (inputRoots.length === 0) return { VQI_HOME: home };
  const { VQI_INPUT_ROOTS: given = '' } = process.env;
  const usual = given === '' ? process.cwd() : given;
  return { VQI_HOME: home, VQI_INPUT_ROOTS: [usual, ...inputRoots].join(delimiter) };
}

function quoted(word: string): string {
  return /^[\w./,:=@%-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
