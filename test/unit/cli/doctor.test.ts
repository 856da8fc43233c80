import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';

interface Finding {
  readonly what: string;
  readonly state: string;
  readonly found: string;
  readonly next: string | null;
}

describe('vqi doctor', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-doctor-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const doctor = (env: Record<string, string>): { status: number | null; findings: Map<string, Finding> } => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(projectRoot(), 'dist', 'cli', 'main.js'), 'doctor', '--json'],
      { cwd: folder, encoding: 'utf8', env: { ...process.env, TEMPORAL_ADDRESS: '', ...env } },
    );
    const findings = JSON.parse(stdout) as Finding[];
    return { status, findings: new Map(findings.map((finding) => [finding.what, finding])) };
  };

  it('finds nothing wrong in an empty folder, and writes nothing into it', () => {
    const { status, findings } = doctor({});
    const wrong = [...findings.values()].filter(({ state }) => state === 'wrong');
    assert.deepEqual(wrong, []);
    assert.equal(status, 0);
    assert.match(findings.get('Node')!.found, new RegExp(`^${process.versions.node} `));
    assert.match(findings.get('DuckDB')!.found, /^v\d/);
    assert.match(findings.get('home folder')!.found, /\.vqi: the first run makes it$/);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('names what is wrong, each with what to do', () => {
    const home = join(folder, 'home');
    mkdirSync(home);
    writeFileSync(join(home, 'warehouse.duckdb'), 'no database\n'.repeat(1000));
    const { status, findings } = doctor({
      ...{ VQI_HOME: home, VQI_INPUT_ROOTS: join(folder, 'gone'), TEMPORAL_ADDRESS: '127.0.0.1:1' },
    });
    assert.equal(status, 1);
    for (const [what, found, next] of [
      ['warehouse', /is damaged; move it away/, /message/],
      ['input roots', /cannot be read: .*gone/, /VQI_INPUT_ROOTS/],
      ['Temporal server', /127\.0\.0\.1:1 \(TEMPORAL_ADDRESS\)/, /unset TEMPORAL_ADDRESS/],
    ] as const) {
      assert.equal(findings.get(what)?.state, 'wrong', what);
      assert.match(findings.get(what)!.found, found);
      assert.match(findings.get(what)!.next!, next);
    }
    const file = doctor({ VQI_HOME: join(home, 'warehouse.duckdb'), TEMPORAL_ADDRESS: '127.0.0.1:1' });
    assert.match(file.findings.get('home folder')!.found, /is no folder/);
    const variable = doctor({ VQI_THREADS: 'two' });
    assert.equal(variable.status, 1);
    assert.match(variable.findings.get('environment')!.found, /VQI_THREADS must be a positive whole number/);
  });
});
