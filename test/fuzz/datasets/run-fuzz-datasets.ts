import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDatasetApartTask } from '../../../worker/tasks/read-dataset-apart.js';
import { datasetCase, readDatasetFixtures } from './dataset-case.js';
import type { FuzzMessage, FuzzRequest } from './fuzz-process.js';

const HANG_SECONDS = 10;
/** DuckDB may take 512 MB; the rest is the program, its copy of the file, and memory that the system has not taken back. */
const MOST_MEMORY_BYTES = 1536 * 2 ** 20;

/** Result of a run without failures. */
export interface DatasetFuzzTotals {
  cases: number;
  /** Cases that ended in a DatasetError or PickleError. */
  refused: number;
  /** Of these, the cases that crashed the reading process, or made it compute without end. */
  lost: number;
  rows: number;
  mostMemoryBytes: number;
  slowestMs: number;
}

interface Options {
  readonly seed: number;
  readonly cases: number;
  readonly onProgress?: (begun: number) => void;
  /** A case that crashed the reading process, or came to no end in it, and what happened. */
  readonly onLost?: (lost: { seed: number; fixture: string; reason: string }) => void;
}

/**
 * Reads `cases` damaged datasets in a separate process. A case that crashes it, or does not end, is read again as a run
 * does it, which must end, with an error that names the file or with rows; then a new process continues.
 * @throws Error that names the case, its fixture and the command that repeats it
 */
export async function runDatasetFuzz({
  seed,
  cases,
  onProgress,
  onLost,
}: Options): Promise<DatasetFuzzTotals> {
  const totals: DatasetFuzzTotals = {
    cases: 0,
    refused: 0,
    lost: 0,
    rows: 0,
    mostMemoryBytes: 0,
    slowestMs: 0,
  };
  const fixtures = readDatasetFixtures();
  for (let first = 0; first < cases;) {
    const { number, reason, isLost } = await runProcess({ seed, first, cases }, totals, onProgress);
    if (reason === null) break;
    const { fixture, ending, bytes } = datasetCase(seed + number, fixtures);
    const failure = isLost ? await lossFailure(ending, bytes) : reason;
    if (failure !== null)
      throw new Error(
        `case ${number} of ${cases}, a mutant of ${fixture}\nrepeat it with: npm run fuzz:datasets -- --cases 1 --seed ${seed + number}\n${failure}`,
      );
    onLost?.({ seed: seed + number, fixture, reason });
    totals.cases += 1;
    totals.refused += 1;
    totals.lost += 1;
    first = number + 1;
  }
  return totals;
}

/** Runs cases until one fails or the process ends. @returns the last case; reason null: all have passed */
async function runProcess(
  request: FuzzRequest,
  totals: DatasetFuzzTotals,
  onProgress: Options['onProgress'],
): Promise<{ number: number; reason: string | null; isLost: boolean }> {
  const child = fork(fileURLToPath(new URL('./fuzz-process.js', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let number = request.first;
  let begun = performance.now();
  try {
    return await new Promise((resolve) => {
      const stop = (reason: string | null, isLost = false): void => resolve({ number, reason, isLost });
      const watch = setInterval(() => {
        if (performance.now() - begun > HANG_SECONDS * 1000)
          stop(`the case did not end within ${HANG_SECONDS} s`, true);
      }, 1000);
      child.on('message', (message: FuzzMessage) => {
        if (message.kind === 'begun') {
          ({ number } = message);
          begun = performance.now();
          onProgress?.(number);
        } else if (message.kind === 'failed') stop(message.reason);
        else {
          totals.cases += 1;
          totals.refused += message.isRefused ? 1 : 0;
          totals.rows += message.rows;
          totals.mostMemoryBytes = Math.max(totals.mostMemoryBytes, message.memoryBytes);
          totals.slowestMs = Math.max(totals.slowestMs, performance.now() - begun);
          if (message.memoryBytes > MOST_MEMORY_BYTES) stop(`the process has ${message.memoryBytes} bytes`);
        }
      });
      child.once('exit', (code, signal) => {
        clearInterval(watch);
        if (code === 0) stop(null);
        else stop(`the process ended with ${signal ?? String(code)}`, signal !== null);
      });
      child.send(request);
    });
  } finally {
    child.kill('SIGKILL');
  }
}

/** Null if a run would have named the file and gone on. */
async function lossFailure(ending: string, bytes: Uint8Array): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-fuzz-crash-'));
  const path = join(folder, `case${ending}`);
  writeFileSync(path, bytes);
  try {
    await readDatasetApartTask({ path, outputPath: join(folder, 'out.parquet') }, () => undefined);
    // On a machine under load, a slow case may end the second time.
    return null;
  } catch (error) {
    const isNamed = error instanceof Error && error.name === 'DatasetError' && error.message.startsWith(path);
    return isNamed ? null : String(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
