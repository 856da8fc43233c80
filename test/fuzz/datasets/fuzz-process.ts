import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDatasetTask } from '../../../worker/tasks/read-dataset.js';
import { datasetCase, readDatasetFixtures } from './dataset-case.js';

/** What the process is asked for, and what it says of each case. */
export interface FuzzRequest {
  readonly seed: number;
  readonly first: number;
  readonly cases: number;
}
export type FuzzMessage =
  | { readonly kind: 'begun'; readonly number: number }
  | {
      readonly kind: 'ended';
      readonly isRefused: boolean;
      readonly rows: number;
      readonly memoryBytes: number;
    }
  | { readonly kind: 'failed'; readonly reason: string };

const REFUSALS = new Set(['DatasetError', 'PickleError']);

const send = async (message: FuzzMessage): Promise<void> =>
  await new Promise((resolve) => void process.send?.(message, undefined, undefined, () => resolve()));

async function runCase(number: number, seed: number, folder: string): Promise<FuzzMessage> {
  const { ending, bytes } = datasetCase(seed, fixtures);
  const path = join(folder, `case${number}${ending}`);
  const outputPath = join(folder, 'out.parquet');
  writeFileSync(path, bytes);
  let result: { isRefused: boolean; rows: number };
  try {
    const { rows } = await readDatasetTask({ path, outputPath }, () => undefined);
    result = { isRefused: false, rows };
  } catch (error) {
    if (!(error instanceof Error) || !REFUSALS.has(error.name))
      return {
        kind: 'failed',
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      };
    if (!error.message.startsWith(path))
      return { kind: 'failed', reason: `the error does not name the file: ${error.message}` };
    result = { isRefused: true, rows: 0 };
  }
  rmSync(path);
  rmSync(outputPath, { force: true });
  const left = readdirSync(folder);
  if (left.length > 0) return { kind: 'failed', reason: `files are left: ${left.join(', ')}` };
  return { kind: 'ended', ...result, memoryBytes: process.memoryUsage.rss() };
}

const fixtures = readDatasetFixtures();
process.once('disconnect', () => process.exit(1));
process.once('message', ({ seed, first, cases }: FuzzRequest) => {
  void (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-fuzz-datasets-'));
    try {
      for (let number = first; number < cases; number++) {
        await send({ kind: 'begun', number });
        await send(await runCase(number, seed + number, folder));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    process.exit(0);
  })();
});
