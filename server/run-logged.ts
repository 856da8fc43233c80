import { spawn } from 'node:child_process';
import { OutputTail } from './output-tail.js';

/** Options of a command that takes long. */
export interface RunLoggedOptions {
  readonly timeoutMs: number;
  /** Called every `progressEveryMs` with whole seconds since the start and the last line of output. */
  readonly onProgress: (elapsedSeconds: number, lastLine: string) => void;
  readonly progressEveryMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Signal that ends it on abort or timeout; default SIGTERM. */
  readonly killSignal?: 'SIGTERM' | 'SIGKILL';
}

/**
 * Runs a command to its end. Rejects with an Error that contains the command's last lines if it cannot be started,
 * fails, takes longer than `timeoutMs` or is aborted; in the last two cases it is ended first.
 */
export async function runLogged(
  command: string,
  args: readonly string[],
  options: RunLoggedOptions,
): Promise<void> {
  options.signal?.throwIfAborted();
  const limit = AbortSignal.timeout(options.timeoutMs);
  const tail = new OutputTail(8);
  const startMs = performance.now();
  const elapsedSeconds = () => Math.round((performance.now() - startMs) / 1000);
  const progress = setInterval(
    () => options.onProgress(elapsedSeconds(), tail.lastLine()),
    options.progressEveryMs ?? 5_000,
  );
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(command, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        signal: options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]),
        killSignal: options.killSignal ?? 'SIGTERM',
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (chunk: string) => tail.push(chunk));
      }
      let failure: Error | null = null;
      child.on('error', (error) => {
        failure = limit.aborted ? withOutput(`gave up after ${elapsedSeconds()} s`, tail) : error;
        if (child.pid === undefined) reject(failure);
      });
      child.on('close', (code, signal) => {
        if (failure !== null) reject(failure);
        else if (code === 0) resolve();
        else reject(withOutput(`ended with ${signal ?? `code ${code ?? '?'}`}`, tail));
      });
    });
  } finally {
    clearInterval(progress);
  }
}

function withOutput(message: string, tail: OutputTail): Error {
  return new Error(`${message}\n${tail.text()}`.trim());
}
