import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { FoldOutcome } from '../../learning/search/cross-validate.js';

/** A scored fold and how long it took. */
export interface TimedFold extends FoldOutcome {
  readonly seconds: number;
}

/**
 * The folds that a file holds; none where it is not there. It is written aside and renamed, and so whole, but not waited for:
 * after a loss of power it may be empty or cut, and its folds are scored again.
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

/** Writes at once: the next fold keeps the thread's event loop from turning. */
export function writeFolds(path: string, folds: readonly TimedFold[]): void {
  const temporary = `${path}.${process.pid}-${process.hrtime.bigint()}.tmp`;
  writeFileSync(temporary, JSON.stringify(folds));
  renameSync(temporary, path);
}
