import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders with the code that the scores of a trial depend on. */
const FOLDERS = ['common', 'learning'].map((name) => fileURLToPath(new URL(`../${name}`, import.meta.url)));

/** First 16 hexadecimal digits of a hash of the compiled code that trains and scores: scores of other code are not reused. */
export function codeVersion(): string {
  const hash = createHash('sha256');
  for (const folder of FOLDERS) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.js'),
    );
    for (const name of files.sort()) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
