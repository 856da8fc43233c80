import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import type { TrialStatus } from '../../workflows/progress.js';
import type { PipelineProgress } from '../../workflows/video-quality-pipeline.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { CHECK_TIMEOUT_MS, failureOf, PipelineFixture, SHARED_TABLES } from './pipeline-fixture.js';
import { until } from './worker-process.js';

describe('the whole run, on a real server with a real worker', { timeout: 600_000 }, () => {
  let fixture: PipelineFixture;

  before(async () => {
    fixture = await PipelineFixture.open();
    await fixture.simulate();
  });

  after(() => fixture.close());

  it('records a failed trial, continues, and retries only that trial', async () => {
    const worker = await fixture.startWorker('retry');
    const hopeless = { family: 'ml-svm', C: 10, sigma: 1, maxIterations: 1, rowCap: 100 };
    const handle = await fixture.start(
      'run-3',
      fixture.config({ settings: [hopeless], holdForRetrySeconds: 600 }),
    );
    await until(
      async () => (await handle.query<PipelineProgress>('progress')).trials.failed === 1,
      CHECK_TIMEOUT_MS,
      'trial 4 has failed',
    );
    await until(
      async () => (await handle.query<PipelineProgress>('progress')).trials.done === 6,
      CHECK_TIMEOUT_MS,
      'the others and the baselines are done',
    );
    const retry = (trials: number[]) =>
      handle.executeUpdate<{ queued: number[] }, [{ trials: number[] }]>('retryTrials', {
        args: [{ trials }],
      });
    await assert.rejects(retry([1]), (error: Error) =>
      /only failed trials are retried/.test(String(error.cause)),
    );
    await assert.rejects(retry([9]), (error: Error) => /there is no trial 9/.test(String(error.cause)));
    assert.deepEqual(await retry([4]), { queued: [4] });
    await until(
      async () =>
        (await handle.query<TrialStatus[]>('trials')).some(
          ({ trial, attempts, state }) => trial === 4 && attempts === 2 && state === 'failed',
        ),
      CHECK_TIMEOUT_MS,
      'trial 4 has failed again',
    );
    const trials = await handle.query<TrialStatus[]>('trials');
    assert.deepEqual(
      trials.map(({ attempts }) => attempts),
      [1, 1, 1, 2, 1, 1, 1],
    );
    const failed: string[] = [];
    await until(
      async () => {
        failed.length = 0;
        for await (const execution of fixture.client.workflow.list({
          query: 'ParentWorkflowId="run-3" AND ExecutionStatus="Failed"',
        })) {
          failed.push(execution.workflowId);
        }
        return failed.length === 2;
      },
      CHECK_TIMEOUT_MS,
      'the list shows both failed attempts',
    );
    assert.deepEqual(failed, ['run-3/trial-04', 'run-3/trial-04']);
    await handle.cancel();
    await assert.rejects(handle.result(), (error: Error) => /cancelled/i.test(String(error.cause)));
    await worker.stop();
    const rows = await withWarehouse(fixture.warehouse('retry'), (warehouse) =>
      warehouse.rows(
        "select trial, state, attempts, reason from main.trials where run_id = 'run-3' order by trial",
      ),
    );
    assert.deepEqual(
      rows.map(({ trial, state, attempts }) => [trial, state, attempts]),
      [
        [1, 'completed', 1],
        [2, 'completed', 1],
        [3, 'completed', 1],
        [4, 'failed', 2],
        [5, 'completed', 1],
        [6, 'completed', 1],
        [7, 'completed', 1],
      ],
    );
    assert.match(String(rows[3]?.['reason']), /iterations/);
  });

  it('trains on a dataset file, draws a named session, and rejects a session that does not exist', async () => {
    const worker = await fixture.startWorker('dataset');
    const path = join(fixture.folder, 'dataset.csv');
    const rows = Array.from({ length: 24 }, (_, session) =>
      Array.from({ length: 5 }, (_, window) => {
        const height = session % 2 === 0 ? 240 : 1080;
        return `s${session},${height},${height * 10 + ((session * 7 + window * 3) % 11)},${height}`;
      }),
    );
    writeFileSync(path, ['session_id,resolution,10_avg_chunksize,bitrate', ...rows.flat(), ''].join('\n'));
    const fromFile = (sessions: string[]): object => ({
      source: { kind: 'dataset', path },
      search: { trials: 1, folds: 2, families: ['ml-random-forest'] },
      timeline: { sessions },
    });
    const result = (await (await fixture.start('run-4', fromFile(['s5']))).result()) as PipelineResult;
    // The sizes of the two rungs are so different that any tree separates them; the leaking bitrate is not an input.
    assert.equal(result.score.accuracy, 1);
    assert.equal(result.trainingSet.features, 1);
    const telling = /column 10_avg_chunksize alone predicts 100\.0 % of the labels of other sessions/;
    assert.ok(result.warnings.some((warning) => telling.test(warning)));
    assert.ok(result.leakageGap !== null);
    assert.match(
      await failureOf(await fixture.start('run-strict', { ...fromFile([]), strict: true })),
      telling,
    );
    assert.ok(result.files.some((file) => /timeline-s5.*\.svg$/.test(file)));

    // The first column tells the label fully, the others do not: the scores of the columns are a whole number, then fractions.
    const leaking = join(fixture.folder, 'leaking.csv');
    const lines = Array.from({ length: 120 }, (_, row) => {
      const height = [240, 480, 1080][Math.floor(row / 6) % 3]!;
      return `s${Math.floor(row / 6)},${height},${height * 2},${(row * 37.31) % 400},${(row * 17.7) % 250}`;
    });
    writeFileSync(leaking, ['session_id,resolution,a,b,c', ...lines, ''].join('\n'));
    const config = { ...fromFile([]), source: { kind: 'dataset', path: leaking } };
    const leaked = (await (await fixture.start('run-leak', config)).result()) as PipelineResult;
    assert.equal(leaked.trainingSet.features, 3);
    assert.ok((leaked.score.accuracy ?? 0) > 0.9, String(leaked.score.accuracy));
    const suspects = leaked.warnings.filter((warning) => warning.includes('alone predicts'));
    assert.equal(suspects.length, 1, suspects.join('\n'));
    assert.match(
      suspects[0] ?? '',
      /column a alone predicts 100\.0 % of the labels of other sessions .*--exclude-column a /,
    );
    assert.match(
      await failureOf(await fixture.start('run-5', fromFile(['s99']))),
      /timeline\.sessions names unknown sessions: s99/,
    );
    await worker.stop();
  });

  it('rejects bad input with one clear error, and writes nothing but that', async () => {
    const worker = await fixture.startWorker('bad');
    const broken = join(fixture.folder, 'broken');
    const writeData = (sessions: string): object => {
      mkdirSync(broken, { recursive: true });
      writeFileSync(join(broken, 'sessions.csv'), sessions);
      return { source: { kind: 'captures', directory: broken } };
    };
    mkdirSync(join(fixture.folder, 'empty'));
    const hostileDataset = (): object => {
      const path = join(fixture.folder, 'hostile.pkl');
      writeFileSync(path, `cos\nsystem\n(S'touch ${join(fixture.folder, 'was-run')}'\ntR.`);
      return { source: { kind: 'dataset', path } };
    };
    const header = 'session_id,capture,resolution\n';
    const cases: [name: string, config: unknown, message: RegExp][] = [
      [
        'no-folder',
        { source: { kind: 'captures', directory: join(fixture.folder, 'nowhere') } },
        /nowhere: no such file or folder on the worker's machine/,
      ],
      [
        'empty-folder',
        { source: { kind: 'captures', directory: join(fixture.folder, 'empty') } },
        /the folder is empty/,
      ],
      [
        'hostile-pickle',
        hostileDataset(),
        /hostile\.pkl: the pickle asks for os\.system, which no DataFrame needs.* at byte 0$/,
      ],
      [
        'missing-capture',
        writeData(`${header}a,gone.pcap,480\n`),
        /sessions\.csv, line 2: names the capture gone\.pcap/,
      ],
      [
        'malformed',
        { source: { kind: 'captures', directory: 7 }, serach: {} },
        /directory[\s\S]*serach|serach[\s\S]*directory/,
      ],
      ['nothing', undefined, /cannot be used/],
    ];
    for (const [name, bad, message] of cases)
      assert.match(await failureOf(await fixture.start(`bad-${name}`, bad)), message);
    assert.match(
      await failureOf(await fixture.start('bad-ladder', writeData(`${header}a,x.pcap,500\n`))),
      /line 2: resolution 500 is not on the ladder/,
    );
    writeFileSync(join(broken, 'x.pcap'), 'this is no capture at all');
    assert.match(
      await failureOf(await fixture.start('bad-capture', writeData(`${header}a,x.pcap,480\n`))),
      /x\.pcap: .*magic.* at byte 0/,
    );
    assert.match(
      await failureOf(await fixture.start('bad-labels', writeData(`${header}a,x.pcap,\n`))),
      /sessions\.csv: has no resolution and no player_log for any session/,
    );
    writeFileSync(join(broken, 'x.log'), 'time,resolution\n0,480\n10,high\nsoon,480\n');
    const withLog = (log: string): object =>
      writeData(`session_id,capture,resolution,player_log\na,x.pcap,,${log}\n`);
    assert.match(await failureOf(await fixture.start('bad-log', withLog('x.log'))), /x\.log: .*row 3/);
    assert.match(
      await failureOf(await fixture.start('missing-log', withLog('y.log'))),
      /sessions\.csv, line 2: names the player log y\.log, which does not exist/,
    );
    assert.match(
      await failureOf(await fixture.start('bad-type', {}, 'videoQualityPipline')),
      /there is no workflow type videoQualityPipline/,
    );
    await worker.stop();
    await withWarehouse(fixture.warehouse('bad'), async (warehouse) => {
      const runs = await warehouse.rows('select run_id, state, reason from main.runs order by run_id');
      assert.ok(runs.length >= cases.length, String(runs.length));
      for (const { run_id, state, reason } of runs) {
        assert.equal(state, 'failed', String(run_id));
        assert.notEqual(reason ?? '', '', String(run_id));
      }
      for (const table of [...SHARED_TABLES, 'trials', 'models', 'capture_files']) {
        const [count] = await warehouse.rows(`select count(*)::integer as rows from main.${table}`);
        assert.equal(count?.['rows'], 0, table);
      }
    });
  });
});
