import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { projectRoot } from '../../common/project-root.js';
import { findTemporalCli } from '../../server/find-temporal-cli.js';

const run = promisify(execFile);
/** What npm says if it cannot have a package. */
const UNREACHABLE =
  /ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|E40[134]|E5\d\d/;
const windows = process.platform === 'win32';

/** A machine that has Node, npm and nothing of this project: its own home folder, and no variable of this program. */
describe('the package', { timeout: 900_000, skip: windows && 'npm installs other files there' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-install-'));
  const [home, prefix, empty] = [join(folder, 'home'), join(folder, 'prefix'), join(folder, 'empty')];
  const installed = join(prefix, 'lib', 'node_modules', 'vqi');
  const vqi = join(prefix, 'bin', 'vqi');
  let unreachable: string | null = null;

  const clean = (further: Record<string, string> = {}): { cwd: string; env: NodeJS.ProcessEnv } => ({
    cwd: empty,
    env: { PATH: process.env['PATH'], HOME: home, ...further },
  });
  const skipped = (t: TestContext): boolean => {
    if (unreachable !== null) t.skip(`npm cannot have the packages: ${unreachable}`);
    return unreachable !== null;
  };

  before(async () => {
    for (const each of [home, empty]) mkdirSync(each);
    const { stdout: cache } = await run('npm', ['config', 'get', 'cache'], { cwd: projectRoot() });
    await run('npm', ['pack', '--pack-destination', folder], { cwd: projectRoot() });
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    const options = [
      '--prefix',
      prefix,
      '--cache',
      cache.trim(),
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
    ];
    await run('npm', ['install', '--global', join(folder, file!), ...options], clean()).catch(
      (error: unknown) => {
        const text = String((error as { stderr?: unknown }).stderr ?? error);
        const [line] = text.split('\n').filter((each) => UNREACHABLE.test(each));
        if (line === undefined) throw error;
        unreachable = line;
      },
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has no sources, tests, benchmarks, lock file or tools of this repository', (t) => {
    if (skipped(t)) return;
    const names = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !name.startsWith('node_modules') && statSync(join(installed, name)).isFile(),
    );
    const others = names.filter(
      (name) =>
        /^(dist\/(test|bench)\/|test\/|bench\/|package-lock\.json$)/.test(name) ||
        (name.endsWith('.ts') && !name.endsWith('.d.ts')),
    );
    assert.deepEqual(others, []);
    assert.ok(names.includes('sql/10_raw/captures.sql') && names.includes('services/default.json'));
    for (const name of ['typescript', 'eslint', 'prettier', 'playwright-core'])
      assert.ok(!existsSync(join(installed, 'node_modules', name)), name);
  });

  it('runs in an empty folder without compiling anything', async (t) => {
    if (skipped(t)) return;
    const text = readFileSync(join(projectRoot(), 'package.json'), 'utf8');
    const { version } = JSON.parse(text) as { version: string };
    const printed = await run(vqi, ['--version'], clean());
    assert.deepEqual(printed, { stdout: `${version}\n`, stderr: '' });
    assert.deepEqual(readdirSync(empty), []);
  });

  it('analyses a capture', async (t) => {
    if (skipped(t)) return;
    const cacheHome = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
    const cli = await findTemporalCli({
      explicit: process.env['VQI_TEMPORAL_CLI'],
      path: process.env['PATH'] ?? '',
      cacheDir: join(cacheHome, 'vqi'),
      log: (line) => t.diagnostic(line),
    });
    const bundle = join(installed, 'dist', 'workflow-bundle.cjs');
    const before = statSync(bundle);
    const simulate = ['simulate', '--out', 'simulated', '--sessions', '1', '--duration', '40', '--constant'];
    await run(vqi, [...simulate, '--service', 'netflix'], clean());
    const [capture] = readdirSync(join(empty, 'simulated')).filter((name) => name.includes('.pcap'));
    const { stdout, stderr } = await run(
      vqi,
      ['analyse', join('simulated', capture!), '--run-id', 'first'],
      clean({ VQI_TEMPORAL_CLI: cli, VQI_THREADS: '1' }),
    );
    assert.match(stdout, /, 1 session of \d+ windows, \d+ segments/);
    assert.match(stdout, /│ netflix │/);
    assert.doesNotMatch(stderr, /compiling|installing/);
    const files = stdout.split('\n').filter((line) => line.startsWith('/'));
    for (const file of ['report.html', 'sessions_summary.csv'])
      assert.ok(files.includes(join(realpathSync(empty), '.vqi', 'runs', 'first', file)), file);
    for (const file of files) assert.ok(existsSync(file), file);
    // An installation that other users may not write to works only if nothing in it is made again.
    assert.equal(statSync(bundle).ino, before.ino);
    assert.deepEqual(
      readdirSync(home).filter((name) => name !== '.npm'),
      [],
    );
  });

  it('can be imported by a program, with types', async (t) => {
    if (skipped(t)) return;
    const [capture] = readdirSync(join(empty, 'simulated')).filter((name) => name.includes('.pcap'));
    const program = join(prefix, 'lib', 'program.mts');
    const text = (type: string): string => `
      import { analyseCapture, type SessionAnswer } from 'vqi';
      const { sessions } = await analyseCapture(${JSON.stringify(join(empty, 'simulated', capture!))}, { threads: 1 });
      const [first]: readonly SessionAnswer[] = sessions;
      const service: ${type} = first!.service;
      if (service !== 'netflix') throw new Error(String(service));`;
    const compile = async (type: string): Promise<void> => {
      writeFileSync(program, text(type));
      const tsc = join(projectRoot(), 'node_modules', 'typescript', 'bin', 'tsc');
      const options = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--skipLibCheck'];
      await run(process.execPath, [tsc, ...options, program], { cwd: join(prefix, 'lib') });
    };
    await assert.rejects(compile('boolean | null'), (error) =>
      /TS2322/.test((error as { stdout: string }).stdout),
    );
    await compile('string | null');
    await run(process.execPath, [program.replace(/mts$/, 'mjs')], clean());
  });
});
