import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../../common/project-root.js';

const root = projectRoot();
const pages = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...['docs', 'sql'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.md'))
      .map((file) => join(folder, file)),
  ),
];
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const headings = [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('the documentation', () => {
  it('has no dead link', () => {
    const dead: string[] = [];
    for (const page of pages)
      for (const [, target = ''] of textOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [file = '', anchor] = target.split('#');
        const path = file === '' ? page : relative(root, join(root, dirname(page), file));
        const isDead =
          !existsSync(join(root, path)) || (anchor !== undefined && !anchorsOf(path).has(anchor));
        if (isDead) dead.push(`${page}: ${target}`);
      }
    assert.deepEqual(dead, []);
  });

  it('names only files that exist', () => {
    // Commands that were run here left folders that Git ignores.
    const left = textOf('.gitignore')
      .split('\n')
      .map((line) => line.replaceAll('/', ''));
    const folders = readdirSync(root, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && !left.includes(entry.name),
    );
    const inFolder = new RegExp(`^(${folders.map(({ name }) => name).join('|')})/[\\w./*-]+$`);
    const missing: string[] = [];
    for (const page of pages.filter((name) => name !== 'CHANGELOG.md'))
      for (const [, path = ''] of textOf(page).matchAll(/`([^`\s]+)`/g))
        if (inFolder.test(path) && !path.includes('*') && !existsSync(join(root, path)))
          missing.push(`${page}: ${path}`);
    assert.deepEqual(missing, []);
  });

  it('says of each room what ESLint lets it import', async () => {
    const rooms = pathToFileURL(join(root, 'scripts', 'eslint', 'rooms.js')).href;
    const { MAY_IMPORT } = (await import(rooms)) as { MAY_IMPORT: Record<string, readonly string[]> };
    const rows = [...textOf('ARCHITECTURE.md').matchAll(/^\| `(\w+)\/`[^|]*\|[^|]*\|([^|]*)\|$/gm)];
    const stated = rows
      .filter(([, room = '']) => room in MAY_IMPORT)
      .map(([, room = '', may = '']) => [
        room,
        [...may.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '').sort(),
      ]);
    assert.deepEqual(
      Object.fromEntries(stated),
      Object.fromEntries(Object.entries(MAY_IMPORT).map(([room, may]) => [room, [...may].sort()])),
    );
  });

  it('has a README that can be read in five minutes', () => {
    const words = textOf('README.md')
      .split(/\s+/)
      .filter((word) => word !== '').length;
    assert.ok(words <= 1300, `${words} words`);
  });
});
