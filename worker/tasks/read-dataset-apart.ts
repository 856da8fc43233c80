import { fork } from 'node:child_process';
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ComputeTasks } from '../../activities/computing/compute.js';
import { DatasetError } from '../../common/dataset-error.js';
import type { Retry } from '../../common/vqi-error.js';
import type { ComputeTask } from '../threads/compute-task.js';
import { RemoteError } from '../threads/remote-error.js';

/** What the process sends: a sign of life every half second, progress, and in the end one result or error. */
export type ReadDatasetMessage =
  | { readonly kind: 'progress'; readonly progress: ComputeTasks['readDataset']['progress'] }
  | { readonly kind: 'alive' }
  | { readonly kind: 'result'; readonly output: ComputeTasks['readDataset']['output'] }
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly retry: Retry;
    };

/** Signals by which the system ends a process at fault; others come from people, or for lack of memory. */
const FAULTS: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGFPE', 'SIGTRAP']);

/** How long the process may compute without a sign of life, and how much longer for each byte of the file. */
const SILENT_MS = 8000;
const SILENT_MS_A_BYTE = 1e-3;
/** How long the process may take to start, before its first sign of life: a busy machine says nothing about the file. */
const START_MS = 120_000;

/**
 * Converts a labelled dataset as `readDatasetTask` does, in a process of its own: a file that crashes DuckDB costs this
 * process, not the worker, and one that makes a library compute without end is given up. The process ends with this thread.
 */
export const readDatasetApartTask: ComputeTask<'readDataset'> = async (input, report) => {
  const { size } = await stat(input.path);
  const longestMs = SILENT_MS + size * SILENT_MS_A_BYTE;
  return await new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./read-dataset-process.js', import.meta.url)), {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let heardMs = performance.now();
    let hasStarted = false;
    let isEndless = false;
    let hasEnded = false;
    const watch = setInterval(() => {
      if (performance.now() - heardMs < (hasStarted ? longestMs : START_MS)) return;
      isEndless = hasStarted;
      child.kill('SIGKILL');
    }, 1000);
    child.on('message', (message: ReadDatasetMessage) => {
      heardMs = performance.now();
      hasStarted = true;
      if (message.kind === 'alive') return;
      if (message.kind === 'progress') {
        report(message.progress);
        return;
      }
      hasEnded = true;
      if (message.kind === 'result') resolve(message.output);
      else reject(new RemoteError(message.name, message.message, message.stack, message.retry));
    });
    child.on('error', (error) => {
      clearInterval(watch);
      reject(error);
    });
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      // Its last message may still be on the way.
      if (child.connected) child.once('disconnect', () => settle(code, signal));
      else settle(code, signal);
    });
    const settle = (code: number | null, signal: string | null): void => {
      if (hasEnded) return;
      const loss = isEndless
        ? new DatasetError(
            `${input.path}: reading the file came to no end: it is damaged; save it as Parquet or CSV anew`,
          )
        : lossOf(input.path, code, signal);
      void removeUnfinished(input.outputPath)
        .catch(() => undefined)
        .finally(() => reject(loss));
    };
    child.send(input);
  });
};

/** Removes what the process left: the output, contents without their wrapping, DuckDB's parts and swap. */
async function removeUnfinished(outputPath: string): Promise<void> {
  const folder = dirname(outputPath);
  for (const name of await readdir(folder))
    if (name.startsWith(basename(outputPath))) await rm(join(folder, name), { recursive: true, force: true });
}

function lossOf(path: string, code: number | null, signal: string | null): Error {
  if (signal !== null && FAULTS.has(signal))
    return new DatasetError(
      `${path}: the file crashed the process that read it (${signal}): it is damaged, or nested or large beyond what can be read; save it as Parquet or CSV with plain columns`,
    );
  const how = signal === null ? `ended with code ${String(code)}` : `was ended by ${signal}`;
  return new RemoteError(
    'LostReaderError',
    `${path}: the process that read the file ${how}`,
    undefined,
    'later',
  );
}
