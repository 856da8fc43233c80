// Everything that `npm test` checks: types (by compiling), lint, format, then every test with Node's own runner.
// `npm test -- capture` runs only the test files whose path contains the word, and skips lint and format.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
const wanted = process.argv.slice(2);
const bin = (...path) => join(root, 'node_modules', ...path);
if (wanted.length === 0) {
  check('format', [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']);
  check('lint', [bin('eslint', 'bin', 'eslint.js'), '.']);
}
const files = readdirSync(join(root, 'test'), { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => wanted.every((word) => file.includes(word)))
  .sort()
  .map((file) => join('dist', 'test', file.replace(/\.ts$/, '.js')));
if (files.length === 0) {
  // Without a name, Node's runner would take every file that looks like a test.
  process.stderr.write(`no test file's path has: ${wanted.join(', ')}\n`);
  process.exit(1);
}
check('tests', ['--enable-source-maps', '--test', '--test-concurrency=2', ...files]);

function check(name, args) {
  process.stderr.write(`${name}\n`);
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
}
