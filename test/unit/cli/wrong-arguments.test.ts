import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';

const main = join(projectRoot(), 'dist', 'cli', 'main.js');
const CAPTURE = join(projectRoot(), 'test', 'golden', 'flow-features', 'flows.pcap');
const WINDOWS = join(projectRoot(), 'test', 'fixtures', 'datasets', 'windows.csv.gz');

describe('a wrong argument', () => {
  const cases: [string, string[], RegExp][] = [
    [
      'a value that is not one of the choices',
      ['analyse', 'x', '--align', 'epcoh'],
      /'--align <what>'.*session, epoch/,
    ],
    ['an empty run id', ['analyse', 'x', '--run-id', ''], /'--run-id <id>'.*1 to 150 characters/],
    [
      'a run id that is kept for builds',
      ['analyse', 'x', '--run-id', 'a (replacing)/part-1'],
      /'--run-id <id>'.*must not contain " \(replacing\)"/,
    ],
    ['a mistyped command', ['analyze', 'x'], /unknown command 'analyze'\n\(Did you mean analyse\?\)/],
    [
      'a model to export where there is no warehouse',
      ['models', 'export'],
      /warehouse\.duckdb: no such file; set VQI_HOME/,
    ],
    [
      'no trials',
      ['start', '--dataset', main, '--trials', '0'],
      /give a number of trials, at least 1[^]*search\.trials/,
    ],
    [
      'a missing capture',
      ['analyse', 'gone.pcap'],
      /\/gone\.pcap: no such file or folder .*\nnothing was started: /,
    ],
    [
      'a file that is no capture',
      ['analyse', dirname(main)],
      /none of the \d+ files in it is a pcap or pcapng[^]*nothing was started/,
    ],
    [
      'a missing folder',
      ['start', '--data', 'gone'],
      /\/gone: no such file or folder .*\nnothing was started: /,
    ],
    [
      'a missing dataset',
      ['start', '--dataset', 'gone.csv'],
      /\/gone\.csv: no such file .*\nnothing was started: /,
    ],
    [
      'a label column that the dataset lacks',
      ['cross-evaluate', '--dataset', WINDOWS, '--label-column', 'Resolutoin'],
      /windows\.csv\.gz: source\.labelColumn \(--label-column NAME\) names Resolutoin, which is not a column; names like it: resolution; it has session_id, .*\nnothing was started: /,
    ],
    [
      'a group column that the dataset lacks',
      ['start', '--dataset', WINDOWS, '--group-column', 'site=site', '--group-column', 'home=rte'],
      /source\.groupColumns\.home \(--group-column home=NAME\) names rte, which is not a column; names like it: rate;.*\nnothing was started: /,
    ],
    [
      'a group without a column',
      ['start', '--dataset', WINDOWS, '--split-by', 'video'],
      /source\.groupColumns\.video \(--group-column video=NAME\) must name the column for split\.by video;.*\nnothing was started: /,
    ],
    [
      'an unknown kind of group',
      ['start', '--dataset', WINDOWS, '--group-column', 'place=site'],
      /'--group-column <kind=name>'.*must be KIND=NAME, such as site=NAME; kinds: video, site, home, date/,
    ],
    [
      'a group with two columns',
      ['start', '--dataset', WINDOWS, '--group-column', 'site=site', '--group-column', 'site=at'],
      /site has two columns, site and at/,
    ],
    [
      'a column without a dataset',
      ['start', '--time-column', 't'],
      /^--time-column is for a labelled dataset: /,
    ],
    [
      'rules of services for a dataset',
      ['start', '--dataset', WINDOWS, '--services', main],
      /^--services says how captures are read, and a dataset has its windows already: leave it out, or /,
    ],
    [
      'a run to replace without its id',
      ['analyse', CAPTURE, '--replace'],
      /^error: option '--replace' replaces a run by its id: name it with '--run-id <id>'\n/,
    ],
    ['files to join in one file', ['infer', CAPTURE, '--join', 'all'], /is one file: name the folder, or /],
    [
      'a table in a file of another format',
      ['export', 'packets', '--out', 'packets.csv'],
      /^packets\.csv ends in \.csv, and the format is parquet: give --format csv too\n$/,
    ],
    [
      'all tables in one file',
      ['export', '--out', 'all.parquet'],
      /^all\.parquet is one file, and all tables are to be written: name a folder, or one table\n$/,
    ],
    [
      'a server to keep and to end',
      ['start', '--keep', '--exit'],
      /option '--keep' cannot be used with option '--exit'/,
    ],
    ['a dataset that is a program', ['start', '--dataset', main], /main\.js: .*\nnothing was started: /],
    [
      'a missing folder to evaluate',
      ['evaluate', 'gone'],
      /\/gone: no such folder .*\nnothing was started: /,
    ],
    [
      'missing rules',
      ['analyse', CAPTURE, '--services', 'gone.json'],
      /\/gone\.json: no such file .*\nnothing was started: /,
    ],
    [
      'a model where there is none',
      ['infer', CAPTURE],
      /there is no current model; known models: none yet: .*\nnothing was started: /,
    ],
    [
      'an unknown run',
      ['retry-trial', 'gone', '1'],
      /there is no search of a run gone; known searches: none\nnothing was started: /,
    ],
    [
      'an unknown model to promote',
      ['models', 'promote', 'gone'],
      /there is no model gone; known models: none yet: vqi start trains one.*\nnothing was started: /,
    ],
  ];
  for (const [name, args, message] of cases) {
    it(`is reported in a few lines, before anything is started: ${name}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'vqi-wrong-'));
      const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
      const left = readdirSync(folder);
      rmSync(folder, { recursive: true });
      assert.equal(status, 1);
      assert.match(stderr, message);
      assert.ok(stderr.trim().split('\n').length <= 4, stderr);
      assert.deepEqual(left, []);
    });
  }
});

it('a session to draw that sessions.csv does not name is refused before anything is started', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-wrong-'));
  try {
    copyFileSync(CAPTURE, join(folder, 'a.pcap'));
    writeFileSync(join(folder, 'sessions.csv'), 'session_id,capture,resolution\na,a.pcap,480\n');
    const args = [main, 'start', '--data', folder, '--timeline', 'a#2', 'b'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^timeline\.sessions names unknown sessions: b; this run has a\nnothing was started: .*\n$/,
    );
    assert.ok(!existsSync(join(folder, '.vqi')));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('a damaged warehouse is named with the way out, before anything is started', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-wrong-'));
  try {
    writeFileSync(join(folder, 'warehouse.duckdb'), 'no database\n'.repeat(1000));
    for (const args of [['analyse', CAPTURE], ['infer', CAPTURE], ['export']]) {
      const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
        env: { ...process.env, VQI_HOME: folder },
        encoding: 'utf8',
      });
      assert.equal(status, 1);
      assert.match(stderr, /^\S+warehouse\.duckdb is damaged; move it away \(mv /);
      assert.ok(stderr.trim().split('\n').length <= 2, stderr);
    }
    assert.deepEqual(
      readdirSync(folder).filter((name) => name !== 'exports'),
      ['warehouse.duckdb'],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
