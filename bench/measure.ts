import { spawn } from 'node:child_process';
import { openSync, readFileSync, closeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from '../server/find-on-path.js';
import { peerSource } from './peer-source.js';

/** Resources that a command used. CPU is user and system time of the process and all its children. */
export interface Usage {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Largest resident memory of one process; null without Python, which measures it. */
  readonly peakBytes: number | null;
  /** The last line that the command printed, if it is a JSON object. */
  readonly output: Readonly<Record<string, unknown>>;
}

/** Runs a command, then writes the CPU time of the shell's children to a file, in the POSIX format of `times`. */
const SHELL_TIMES = 'report=$1; shift; "$@"; status=$?; times > "$report"; exit $status';

/**
 * Runs a command to its end and measures it: with Python's `os.wait4` if there is a Python, else with the shell.
 * @throws Error with the end of the command's error output if it fails
 */
export async function measure(command: readonly string[]): Promise<Usage> {
  const folder = await mkdtemp(join(tmpdir(), 'vqi-measure-'));
  try {
    const report = join(folder, 'usage');
    const python = findOnPath('python3', process.env['PATH'] ?? '');
    const start = performance.now();
    const output = await run(
      python === null
        ? ['sh', '-c', SHELL_TIMES, 'sh', report, ...command]
        : [python, peerSource('measure.py'), report, ...command],
      folder,
    );
    const text = readFileSync(report, 'utf8');
    const used: Omit<Usage, 'output'> =
      python === null
        ? {
            wallSeconds: (performance.now() - start) / 1000,
            cpuSeconds: childSeconds(text),
            peakBytes: null,
          }
        : (JSON.parse(text) as Omit<Usage, 'output'>);
    return { ...used, output };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(command: readonly string[], folder: string): Promise<Usage['output']> {
  const [program = '', ...args] = command;
  const outputPath = join(folder, 'output');
  const errorPath = join(folder, 'errors');
  const outputFile = openSync(outputPath, 'w');
  const errorFile = openSync(errorPath, 'w');
  try {
    const child = spawn(program, args, { stdio: ['ignore', outputFile, errorFile], env: environment() });
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (status !== 0) {
      throw new Error(`${command.join(' ')}: ${readFileSync(errorPath, 'utf8').trim().slice(-2000)}`);
    }
  } finally {
    closeSync(outputFile);
    closeSync(errorFile);
  }
  const lastLine = readFileSync(outputPath, 'utf8').trim().split('\n').at(-1) ?? '';
  return lastLine.startsWith('{') ? (JSON.parse(lastLine) as Usage['output']) : {};
}

/** The environment without NODE_EXTRA_CA_CERTS, which costs Node 30 ms at its start; no measured program opens a connection. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'NODE_EXTRA_CA_CERTS'));
}

/** The second line of `times`: user and system time of the children, as `0m1.234s`. */
function childSeconds(text: string): number {
  const children = text.trim().split('\n')[1] ?? '';
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}
