import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from '../../common/project-root.js';
import type { AccuracyArguments } from './arguments.js';

/** Folders whose files decide what a run answers. */
const COMPILED = [
  'activities',
  'capture',
  'common',
  'datasets',
  'learning',
  'schemas',
  'simulation',
  'warehouse',
  'worker',
  'workflows',
];
const AS_WRITTEN = ['services', 'sql'];
const DIGITS = 8;

/**
 * Names the results of a program with its arguments: after a change of either, or of a sessions file, finished runs are
 * not reused.
 */
export function fingerprint({
  data,
  trials,
  seed,
}: Pick<AccuracyArguments, 'data' | 'trials' | 'seed'>): string {
  const hash = createHash('sha256').update(JSON.stringify({ data, trials, seed }));
  for (const folder of data) hash.update(readFileSync(join(folder, 'sessions.csv')));
  const root = projectRoot();
  for (const folder of [...COMPILED.map((name) => join('dist', name)), ...AS_WRITTEN])
    for (const file of filesIn(join(root, folder))) hash.update(readFileSync(join(root, folder, file)));
  return hash.digest('hex').slice(0, DIGITS);
}

/** Names a folder of captures in the id of a run: its own name, and a hash over its path and its sessions file. */
export function folderName(folder: string): string {
  const hash = createHash('sha256')
    .update(folder)
    .update(readFileSync(join(folder, 'sessions.csv')));
  return `${basename(folder).replaceAll(/[^\w.-]/g, '_')}-${hash.digest('hex').slice(0, DIGITS)}`;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(js|json|sql)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
