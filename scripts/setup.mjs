// Installs the locked dependencies and compiles, unless both are up to date.
// Uses nothing but Node, since it runs before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCE_FOLDERS = [
  'activities',
  'bench',
  'capture',
  'cli',
  'common',
  'datasets',
  'learning',
  'library',
  'report',
  'schemas',
  'server',
  'simulation',
  'test',
  'warehouse',
  'worker',
  'workflows',
];
const OLDEST_NODE = [20, 19];
/** While a step runs, a line is printed this often. */
const STILL_RUNNING_MS = 5000;

export async function setUp() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    fail(`Node ${OLDEST_NODE.join('.')} or later is needed, this is ${process.versions.node}`);
  }
  // A package has no lock file: npm installed what it needs, and it is compiled.
  if (!existsSync(join(root, 'package-lock.json'))) return;
  await install();
  await compile();
}

/** Installs the locked dependencies, where that has not been done for this lock file. */
export async function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.arch)
    .digest('hex');
  const stamp = join(root, 'node_modules', '.vqi-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  await run(
    'installing the locked dependencies (npm ci)',
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    'npm ci failed: see above; it needs the npm registry',
  );
  writeFileSync(stamp, lock);
}

async function compile() {
  const dist = join(root, 'dist');
  const stamp = join(dist, '.compiled');
  const sources = [
    ...SOURCE_FOLDERS.flatMap((folder) => files(join(root, folder))),
    join(root, 'tsconfig.json'),
    join(root, 'package-lock.json'),
  ];
  const state = createHash('sha256');
  for (const file of sources)
    state.update(`${file.slice(root.length)} ${statSync(file).mtimeMs} ${statSync(file).size}\n`);
  const digest = state.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  await run(
    'compiling',
    process.execPath,
    [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(root, 'tsconfig.json')],
    'the sources do not compile: see above',
  );
  mkdirSync(dist, { recursive: true });
  removeStale(dist);
  writeFileSync(stamp, digest);
}

/** Removes what was compiled of sources that are gone: hashes of the compiled code and packages would contain it. */
function removeStale(dist) {
  const ending = /(\.js|\.js\.map|\.d\.ts)$/;
  for (const file of files(dist, ending)) {
    const source = join(root, file.slice(dist.length)).replace(ending, '.ts');
    if (!existsSync(source) && !existsSync(source.replace(/\.ts$/, '.d.ts'))) rmSync(file);
  }
}

function files(folder, ending = /\.ts$/) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

async function run(step, command, args, whenFailed) {
  process.stderr.write(`${step}\n`);
  const startMs = performance.now();
  const stillRunning = setInterval(() => {
    process.stderr.write(`${step}, ${Math.round((performance.now() - startMs) / 1000)} s so far\n`);
  }, STILL_RUNNING_MS);
  const windows = process.platform === 'win32' && command === 'npm';
  const child = spawn(windows ? 'npm.cmd' : command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: windows,
  });
  const status = await new Promise((resolve) => {
    child.once('error', resolve).once('close', resolve);
  });
  clearInterval(stillRunning);
  if (status !== 0) fail(whenFailed);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
