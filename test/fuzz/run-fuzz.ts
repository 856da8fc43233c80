import { Worker } from 'node:worker_threads';
import { fuzzCase } from './fuzz-case.js';
import { readFixtures } from './read-fixtures.js';

/** Cell of the shared memory in which the thread stores the number of its case. */
export const CASE_CELL = 0;

/** A case takes a few milliseconds. One that takes this long hangs, even on a slow machine. */
const HANG_SECONDS = 30;
/** Heap limit: too small for a decoder that keeps decoded rows or allocates whatever a file states. */
const HEAP_MEBIBYTES = 128;

/** Result of a run without failures. */
export interface FuzzTotals {
  readonly cases: number;
  /** Cases that ended in a CaptureFormatError. */
  readonly refused: number;
  readonly packets: number;
  readonly fixtures: number;
  readonly mostMemoryBytes: number;
}

/** The first failed case. */
export interface FuzzFailure {
  /** 0, 1, 2, … within the run; the seed of the case is the seed of the run plus this. */
  readonly number: number;
  readonly fixture: string;
  readonly reason: string;
}

export interface ThreadInput {
  readonly seed: number;
  readonly cases: number;
  readonly cells: Int32Array;
}

interface FuzzOptions {
  readonly seed: number;
  readonly cases: number;
  /** Called every second with the number of cases begun. */
  readonly onProgress?: (begun: number) => void;
}

/**
 * Decodes `cases` damaged captures in a separate thread, which is stopped if a case hangs or uses too much memory.
 *
 * @throws Error that names the case, its fixture, its seed and the command that repeats it
 */
export async function runFuzz({ seed, cases, onProgress }: FuzzOptions): Promise<FuzzTotals> {
  const cells = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const thread = new Worker(new URL('./fuzz-thread.js', import.meta.url), {
    workerData: { seed, cases, cells } satisfies ThreadInput,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES },
  });
  const fixtureOf = (number: number) => fuzzCase(seed + number, readFixtures()).fixture;
  const result = await new Promise<FuzzTotals | FuzzFailure>((resolve) => {
    const stop = (reason: string) => {
      const number = Atomics.load(cells, CASE_CELL);
      resolve({ number, fixture: fixtureOf(number), reason });
    };
    let previous = -1;
    let seconds = 0;
    const watch = setInterval(() => {
      const number = Atomics.load(cells, CASE_CELL);
      seconds = number === previous ? seconds + 1 : 0;
      previous = number;
      if (seconds >= HANG_SECONDS) stop(`the case did not end within ${HANG_SECONDS} s`);
      onProgress?.(number);
    }, 1000);
    thread.once('message', resolve);
    thread.once('error', (error) => stop(error.stack ?? error.message));
    thread.once('exit', () => {
      clearInterval(watch);
      stop('the thread ended without a result');
    });
  }).finally(() => thread.terminate());
  if ('cases' in result) return result;
  const { number, fixture, reason } = result;
  throw new Error(
    `case ${number} of ${cases}, a mutant of ${fixture}\n` +
      `repeat it with: npm run fuzz -- --cases 1 --seed ${seed + number}\n${reason}`,
  );
}
