import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { FoldOutcome } from '../../learning/search/cross-validate.js';

/** A scored fold and how long it took. */
export interface TimedFold extends FoldOutcome {
  readonly seconds: number;
}

/**
 * The folds in a file; none if it does not exist. The file is written under another name, then renamed, but not synced: after
 * a power failure it may be empty or truncated. Then its folds are scored again.
 */
export function readFolds(path: string): TimedFold[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text) as TimedFold[];
  } catch {
    return [];
  }
}

/** Synchronous, because the next fold blocks the event loop of the thread. */
export function writeFolds(path: string, folds: readonly TimedFold[]): void {
  const temporary = `${path}.${process.pid}-${process.hrtime.bigint()}.tmp`;
  writeFileSync(temporary, JSON.stringify(folds));
  renameSync(temporary, path);
}
