import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { projectRoot } from '../../common/project-root.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { failureOf, PipelineFixture } from './pipeline-fixture.js';

/** Damages two captures of a labelled folder; all others must be answered for. */
describe('a folder with captures that cannot be read', { timeout: 300_000 }, () => {
  let fixture: PipelineFixture;
  let bad: string[] = [];
  let whole = 0;

  before(async () => {
    fixture = await PipelineFixture.open();
    await fixture.simulate({ sessions: 16, durationSeconds: 40 });
    const [, ...lines] = readFileSync(join(fixture.data, 'sessions.csv'), 'utf8').trim().split('\n');
    const captures = lines.map((line) => join(fixture.data, line.split(',')[1] ?? ''));
    const [text = '', zipped = ''] = captures;
    writeFileSync(text, 'no capture\n');
    const content = gzipSync(readFileSync(zipped));
    content.fill(0xff, 10);
    writeFileSync(zipped, content);
    bad = [text, zipped].sort();
    whole = captures.length - bad.length;
    await fixture.startWorker('home');
  });
  after(async () => await fixture.close());

  const command = async (
    ...words: string[]
  ): Promise<{ status: number | null; stdout: string; stderr: string }> =>
    await new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [join(projectRoot(), 'dist', 'cli', 'main.js'), ...words],
        {
          env: {
            ...process.env,
            VQI_HOME: join(fixture.folder, 'home'),
            TEMPORAL_ADDRESS: fixture.address,
          },
        },
        (_, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
      );
    });

  it('trains on the others; the run says which were left out, in result, warnings and a table', async () => {
    const handle = await fixture.start('run', fixture.config({ trials: 1 }));
    const { skipped, warnings } = (await handle.result()) as PipelineResult;
    assert.deepEqual(skipped.map(({ captureName }) => captureName).sort(), bad);
    const [said] = warnings.filter((warning) => warning.includes('cannot be read'));
    assert.match(
      said ?? '',
      new RegExp(
        `^2 of ${whole + 2} captures cannot be read and are left out, such as ${bad[0]}: neither pcap nor`,
      ),
    );
    const stored = await withWarehouse(fixture.warehouse('home'), async (warehouse) => ({
      skipped: await warehouse.rows('select capture_name from "run run".skipped_captures order by all'),
      read: await warehouse.rows("select count(*)::integer as n from main.run_sources where run_id = 'run'"),
    }));
    assert.deepEqual(
      stored.skipped.map((row) => row['capture_name']),
      bad,
    );
    assert.deepEqual(stored.read, [{ n: whole }]);
  });

  it('ends the commands with an answer, the names and code 2; strict ends them at once', async () => {
    const strictCommand = command('analyse', fixture.data, '--strict');
    const strictRun = fixture.start('strict', { ...fixture.config(), strict: true });
    const commands = [
      ['analyse', fixture.data],
      ['infer', fixture.data],
      ['evaluate', fixture.data],
      ['flow-features', fixture.data, '--kind', 'IAT'],
    ].map(async (words, at) => await command(...words, '--run-id', `command-${at}`));
    const answers = await Promise.all(commands);
    // What a redirect keeps is the whole answer, and nothing but the answer.
    const table = /│ session +│ service +│ client /;
    const verdict = /\nThe model is \S+\. Learnt from /;
    const wanted = [
      [/ service windows, \d+ sessions of \d+ windows, /, table],
      [/, predicted by the model /, table, verdict],
    ];
    wanted.push([...wanted[1]!, /│ accuracy +│/], [/^\d+ flows\n/]);
    for (const [at, { stdout, stderr }] of answers.entries())
      for (const part of [...wanted[at]!, /\nwarehouse: .*"run command-\d"\)\n/, /\n\/.*\.parquet\n/]) {
        assert.match(stdout, part);
        assert.doesNotMatch(stderr, part);
      }
    for (const { status, stdout, stderr } of answers) {
      assert.doesNotMatch(stdout, /left out|ingesting|warning/);
      assert.equal(status, 2, stderr);
      assert.match(stderr, /\nwarning: 2 of \d+ captures cannot be read and are left out/);
      for (const path of bad)
        assert.equal(stderr.split(`${path}: `).length, 2, `${path} is not named once\n${stderr}`);
      assert.ok(stderr.includes(`\nleft out too: ${bad[1]}: `), stderr);
      assert.match(
        stderr,
        /\n2 captures that cannot be read were left out: exit code 2; --strict stops instead\n/,
      );
    }
    const { status, stderr } = await strictCommand;
    assert.equal(status, 1, stderr);
    assert.ok(stderr.includes(bad[0] ?? '') || stderr.includes(bad[1] ?? ''), stderr);
    assert.match(await failureOf(await strictRun), /: (neither pcap nor|.*gzip)/);
  });

  it('fails if no capture can be read', async () => {
    const handle = await fixture.start('alone', { capture: bad[0] }, 'analyseCapture');
    assert.match(await failureOf(handle), /^\S+: neither pcap nor pcapng/);
  });
});
