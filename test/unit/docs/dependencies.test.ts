import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';

interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly dev?: boolean;
}

/** Licences that allow use, change and distribution next to Apache-2.0, at most with a notice. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'Unlicense',
]);
/** Packages whose package.json has no licence, with what begins their file LICENSE. */
const BY_FILE: ReadonlyMap<string, string> = new Map([
  ['node_modules/unionfs', 'This is free and unencumbered software released into the public domain.'],
]);

const root = projectRoot();
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
const locked = Object.entries(packages).filter(([key]) => key !== '');

describe('the dependencies', () => {
  it('have a hash in the lock file, all of them', () => {
    const without = locked.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true);
    assert.deepEqual(
      without.map(([key]) => key),
      [],
      'run node scripts/complete-lock.mjs',
    );
  });

  it('have licences of the list, as far as they are needed to run the program and are installed here', () => {
    const others: string[] = [];
    let checked = 0;
    for (const [key, { dev }] of locked) {
      const path = join(root, key, 'package.json');
      if (dev === true || !existsSync(path)) continue;
      checked += 1;
      const { license } = JSON.parse(readFileSync(path, 'utf8')) as { license?: unknown };
      const text = BY_FILE.get(key);
      const isAllowed =
        typeof license === 'string'
          ? license.split(/ (?:AND|OR) |[()]/).every((each) => each === '' || ALLOWED.has(each))
          : text !== undefined && readFileSync(join(root, key, 'LICENSE'), 'utf8').startsWith(text);
      if (!isAllowed) others.push(`${key}: ${JSON.stringify(license)}`);
    }
    assert.deepEqual(others, []);
    assert.ok(checked > 100, `only ${checked} packages are installed`);
  });
});
