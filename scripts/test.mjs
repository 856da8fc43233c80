// Everything that `npm test` checks: types (by compiling), lint, format, then every test with Node's own runner.
// `npm test -- capture` runs only the test files whose path contains the word, and skips lint and format.
// The tests of the installed package, and those of many machines, are apart: `npm run test:install`, `npm run test:cluster`.
// VQI_REQUIRE_SHARED_DATA=1 fails where the shared test data is absent, instead of skipping the tests that need it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

const sharedData = process.env.VQI_SHARED_DATA ?? join(root, '..', 'shared', 'data');
if (process.env.VQI_REQUIRE_SHARED_DATA === '1' && !existsSync(sharedData)) {
  process.stderr.write(
    `${sharedData} is missing, and VQI_REQUIRE_SHARED_DATA=1 requires it: VQI_SHARED_DATA names another folder\n`,
  );
  process.exit(1);
}
await setUp();
const wanted = process.argv.slice(2);
const bin = (...path) => join(root, 'node_modules', ...path);
if (wanted.length === 0) {
  check('format', [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']);
  check('lint', [bin('eslint', 'bin', 'eslint.js'), '.']);
}
const files = readdirSync(join(root, 'test'), { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => wanted.every((word) => file.includes(word)))
  .filter((file) => wanted.length > 0 || !/^(cluster|install)/.test(file))
  .sort()
  .map((file) => join('dist', 'test', file.replace(/\.ts$/, '.js')));
if (files.length === 0) {
  // Without a name, Node's runner would take every file that looks like a test.
  process.stderr.write(`no test file's path has: ${wanted.join(', ')}\n`);
  process.exit(1);
}
process.stderr.write('tests\n');
const folder = mkdtempSync(join(tmpdir(), 'vqi-test-'));
const closing = join(folder, 'closing.txt');
const status = run([
  '--enable-source-maps',
  '--test',
  // Those of many machines measure, and the first of them builds what the others need.
  `--test-concurrency=${wanted.includes('cluster/') ? 1 : 2}`,
  `--test-reporter=${process.stdout.isTTY ? 'spec' : 'tap'}`,
  '--test-reporter-destination=stdout',
  `--test-reporter=${pathToFileURL(join(root, 'scripts', 'closing-lines.mjs'))}`,
  `--test-reporter-destination=${closing}`,
  ...files,
]);
process.stderr.write(existsSync(closing) ? readFileSync(closing, 'utf8') : '');
rmSync(folder, { recursive: true });
process.exit(status);

function check(name, args) {
  process.stderr.write(`${name}\n`);
  const status = run(args);
  if (status !== 0) process.exit(status);
}

function run(args) {
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return status ?? 1;
}
