import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { projectRoot } from '../../common/project-root.js';
import { documentedIn, type PageBlock } from './page.js';
import { shim } from './shim.js';

/** How the documentation names the shared data, from the project's root. */
export const SHARED = '../shared/data';

export interface PageRun {
  /** VQI_HOME of the commands. */
  readonly home: string;
  /** Folder of the shared data. */
  readonly sharedData: string;
  /** Which blocks are run (default: all); the others keep what they show. */
  readonly only?: (commands: PageBlock) => boolean;
  /** Told of each block before it runs. */
  readonly onCommands?: (commands: PageBlock) => void;
  /** Receives what the commands write to standard error. */
  readonly onProgress: (text: string) => void;
}

/**
 * Runs the commands of a page in order, as a reader in the project's folder would, and puts what they write to standard
 * output in place of the output that the page shows.
 * @returns the page as it should be
 * @throws Error naming the line of the commands that failed
 */
export async function runPage(page: string, run: PageRun): Promise<string> {
  const shims = mkdtempSync(join(tmpdir(), 'vqi-shim-'));
  try {
    await shim(shims);
    const parts: string[] = [];
    let at = 0;
    for (const { commands, output } of documentedIn(page)) {
      if (run.only?.(commands) === false) continue;
      run.onCommands?.(commands);
      const printed = await runCommands(commands, shims, run);
      if (output === null) continue;
      parts.push(page.slice(at, output.start), printed);
      at = output.end;
    }
    return [...parts, page.slice(at)].join('');
  } finally {
    rmSync(shims, { recursive: true, force: true });
  }
}

async function runCommands({ text, line }: PageBlock, shims: string, run: PageRun): Promise<string> {
  const path = [shims, process.env['PATH'] ?? ''].join(delimiter);
  const child = spawn('sh', ['-e', '-c', text.replaceAll(SHARED, run.sharedData)], {
    cwd: projectRoot(),
    env: { ...process.env, PATH: path, VQI_HOME: run.home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (printed += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
    run.onProgress(piece);
  });
  const ended = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  if (ended !== 0)
    throw new Error(
      `the commands at line ${line} ended with ${String(ended)}:\n${text}${said.trim().split('\n').slice(-4).join('\n')}`,
    );
  return printed;
}
