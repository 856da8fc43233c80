import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { rootCause } from '../../cli/root-cause.js';
import { projectRoot } from '../../common/project-root.js';
import type { RetryTrialResult } from '../../workflows/retry-trial.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { CHECK_TIMEOUT_MS, SearchFixture } from './search-fixture.js';
import { until } from './worker-process.js';

const command = promisify(execFile);

describe('a retried trial', { timeout: 400_000 }, () => {
  let fixture: SearchFixture;

  before(async () => {
    fixture = await SearchFixture.open();
  });

  after(() => fixture.close());

  /** `vqi retry-trial`, while a worker is running. */
  const retryCommand = (run: string, trial: number): Promise<{ stdout: string }> =>
    command(
      process.execPath,
      [join(projectRoot(), 'dist', 'cli', 'main.js'), 'retry-trial', run, String(trial)],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          VQI_HOME: join(fixture.folder, 'retry'),
          TEMPORAL_ADDRESS: fixture.server.address,
        },
      },
    );

  it('records failures with their attempts, and is chosen if a retry after the run scores best', async () => {
    const majority = { family: 'majority' };
    const slow = { family: 'extra-trees', trees: 1200, featureShare: 0.5 };
    const hopeless = { family: 'ml-svm', C: 10, sigma: 1, maxIterations: 1, rowCap: 100 };
    const settings = [
      majority,
      majority,
      slow,
      majority,
      hopeless,
      majority,
      { ...slow, trees: 1199 },
      majority,
    ];
    const first = await fixture.startWorker('retry');
    const handle = await fixture.start(
      'lossy',
      'videoQualityPipeline',
      fixture.config({ trials: 0, settings, maxAttempts: 1, halving: { factor: 1 } }),
    );
    await until(
      async () => {
        const running = (await fixture.trialsOf(handle)).filter(({ state }) => state === 'running');
        return (
          running.map(({ trial }) => trial).join() === '3,7' && (await fixture.isTraining('lossy/trial-07'))
        );
      },
      CHECK_TIMEOUT_MS,
      'trials 3 and 7 run',
    );
    await first.kill();
    await fixture.startWorker('retry');
    const result = (await handle.result()) as PipelineResult;
    assert.deepEqual(result.trials, { completed: 5, failed: 3 });
    // Of the trials that were scored, and the baselines that every search tries.
    assert.equal(result.family, 'decision-tree');

    const retry = async (trial: number): Promise<RetryTrialResult> =>
      (await (
        await fixture.start(`lossy/retry-0${trial}`, 'retryTrial', { run: 'lossy', trial })
      ).result()) as RetryTrialResult;
    const again = await retry(7);
    assert.equal(again.chosen?.bestTrial, 7);
    assert.ok(again.macroF1 > 0.5, String(again.macroF1));
    const rows = await fixture.query(
      'retry',
      "select trial, state, attempts, reason from main.trials where run_id = 'lossy' and family <> 'majority' and trial <= 8 order by trial",
    );
    assert.deepEqual(
      rows.map(({ trial, state, attempts }) => [trial, state, attempts]),
      [
        [3, 'failed', 1],
        [5, 'failed', 1],
        [7, 'completed', 2],
      ],
    );
    assert.match(String(rows[0]?.['reason']), /heartbeat/i);
    assert.match(String(rows[1]?.['reason']), /iterations/);
    assert.deepEqual(await fixture.query('retry', 'select trial, run_id from main.models where is_current'), [
      { trial: 7, run_id: 'lossy' },
    ]);
    const promotion = await fixture.start('promotion', 'promoteModel', { model: again.chosen.modelId });
    await promotion.result();
    const shown = async (id: string): Promise<unknown[]> => {
      const { typedSearchAttributes } = await fixture.client.workflow.getHandle(id).describe();
      const values = new Map(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
      return ['VqiStage', 'VqiSource', 'VqiBestScore'].map((name) => values.get(name));
    };
    assert.deepEqual(await shown('lossy/retry-07'), ['done', 'lossy', again.macroF1]);
    assert.deepEqual(await shown('promotion'), ['done', again.chosen.modelId, undefined]);
    const { stdout } = await retryCommand('lossy', 7);
    assert.match(stdout, new RegExp(`the model of lossy is now ${again.chosen.modelId}, of trial 7`));
    await assert.rejects(retry(19), (error) =>
      /there is no trial 19; lossy has the trials 1, 2/.test(rootCause(error)),
    );
    await assert.rejects(
      retryCommand('lossy', 5),
      /\ntrial 5 failed again: .*iterations reached on \d+ rows of \d+p and \d+p;/,
    );

    // A retry that fails when it publishes leaves the results of the run: without a table, its files cannot be written.
    const folder = join(fixture.folder, 'retry', 'runs', 'lossy');
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    await fixture.query('retry', 'update "run lossy".predictions set confidence = -1');
    await fixture.query('retry', 'alter table "run lossy".cleaning_log rename to hidden');
    await assert.rejects(
      retryCommand('lossy', 7),
      /\ntrial 7 was scored again, but the results of the run stay as they were: .*cleaning_log/,
    );
    await fixture.query('retry', 'alter table "run lossy".hidden rename to cleaning_log');
    const marked = 'select min(confidence) as confidence from "run lossy".predictions';
    assert.deepEqual(await fixture.query('retry', marked), [{ confidence: -1 }]);
    assert.equal(readFileSync(join(folder, 'report.html'), 'utf8'), page);
    const left =
      "select run_id from main.runs where run_id <> 'lossy' union select schema_name from duckdb_schemas() where schema_name like '%retried%'";
    assert.deepEqual(await fixture.query('retry', left), []);
    assert.deepEqual(readdirSync(join(folder, '..')), ['lossy']);
    writeFileSync(join(folder, 'of-the-user.txt'), 'stays');
    assert.equal((await retry(7)).chosen?.modelId, again.chosen.modelId);
    assert.notDeepEqual(await fixture.query('retry', marked), [{ confidence: -1 }]);
    assert.deepEqual(await fixture.query('retry', left), []);
    assert.deepEqual(readdirSync(join(folder, '..')), ['lossy']);
    assert.ok(existsSync(join(folder, 'of-the-user.txt')) && existsSync(join(folder, 'report.html')));

    // A retry that fails leaves the score of a trial that has one.
    const trial = "select * from main.trials where run_id = 'lossy' and trial = 7";
    const scored = await fixture.query('retry', trial);
    rmSync(join(fixture.folder, 'retry', 'trials'), { recursive: true });
    const failing = await fixture.start('lossy/retry-07', 'retryTrial', { run: 'lossy', trial: 7 });
    await until(() => fixture.isTraining('lossy/trial-07'), CHECK_TIMEOUT_MS, 'trial 7 runs again');
    await fixture.client.workflow.getHandle('lossy/trial-07').terminate('by the test');
    await assert.rejects(failing.result(), (error) => /by the test|terminated/i.test(rootCause(error)));
    assert.deepEqual(await fixture.query('retry', trial), scored);
  });

  it('ends the command that waits for a retry, when the search is terminated', async () => {
    await fixture.startWorker('retry');
    const hopeless = { family: 'ml-svm', C: 10, sigma: 1, maxIterations: 1, rowCap: 100 };
    const slow = { family: 'extra-trees', trees: 1200, featureShare: 0.5 };
    const settings = [hopeless, slow, slow, slow];
    const handle = await fixture.start(
      'waiting',
      'videoQualityPipeline',
      fixture.config({ trials: 0, settings, parallelTrials: 1, halving: { factor: 1 }, force: true }),
    );
    const stateOf = async (trial: number): Promise<string | undefined> =>
      (await fixture.trialsOf(handle)).find((status) => status.trial === trial)?.state;
    await until(async () => (await stateOf(1)) === 'failed', CHECK_TIMEOUT_MS, 'the first trial has failed');
    const waiting = retryCommand('waiting', 1);
    await Promise.all([
      assert.rejects(waiting, /trial 1 was not scored: the run waiting was ended/),
      until(async () => (await stateOf(1)) === 'waiting', CHECK_TIMEOUT_MS, 'it waits for a free place').then(
        () => handle.terminate(),
      ),
    ]);
  });
});
