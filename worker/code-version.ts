import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../common/project-root.js';

/** Folders with the code that the scores of a trial depend on. */
const SCORING = ['common', 'learning'];
/** Folders with the code that a run depends on. */
const RUNNING = [
  ...['activities', 'capture', 'common', 'datasets', 'learning', 'report'],
  ...['schemas', 'store', 'warehouse', 'worker', 'workflows'],
];

/** First 16 hexadecimal digits of a hash of the compiled code that trains and scores: scores of other code are not reused. */
export function codeVersion(): string {
  return hashOf(SCORING);
}

/** Name of this build for a deployment: the version of the program with a hash of all compiled code that runs depend on. */
export function buildId(): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return `${version}-${hashOf(RUNNING)}`;
}

function hashOf(rooms: readonly string[]): string {
  const hash = createHash('sha256');
  for (const room of rooms) {
    const folder = fileURLToPath(new URL(`../${room}`, import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.js'),
    );
    for (const name of files.sort()) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
