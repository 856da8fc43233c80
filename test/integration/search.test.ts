import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { rootCause } from '../../cli/root-cause.js';
import { deserialiseModel } from '../../learning/saved/serialise.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { CHECK_TIMEOUT_MS, SearchFixture } from './search-fixture.js';
import { until } from './worker-process.js';

describe('the search, on a real server with a real worker', { timeout: 600_000 }, () => {
  let fixture: SearchFixture;

  before(async () => {
    fixture = await SearchFixture.open();
    await fixture.startWorker('home');
    const search = { trials: 0, settings: [{ family: 'majority' }] };
    await (await fixture.start('base', 'videoQualityPipeline', fixture.config(search))).result();
  });

  after(() => fixture.close());

  it('searches again on the same rows, accepts more trials, and keeps finished trials when it is cancelled', async () => {
    await fixture.startWorker('home');
    // As a run of an earlier version stored it.
    await fixture.query(
      'home',
      `update main.searches set input = json_merge_patch(input, '{"trainingSet": {"dwellSeconds": null}}')`,
    );
    const search = {
      trials: 12,
      folds: 3,
      families: ['extra-trees'],
      ranges: { 'extra-trees': { trees: { from: 150, to: 150 } } },
      parallelTrials: 2,
      halving: { factor: 1 },
    };
    const handle = await fixture.start('tune', 'tuneModel', { run: 'base', search });
    await until(
      async () =>
        (await fixture.trialsOf(handle)).some(({ state }) => state === 'completed' || state === 'running'),
      CHECK_TIMEOUT_MS,
      'a trial runs',
    );
    const add = (request: unknown): Promise<{ added: number[] }> =>
      handle.executeUpdate<{ added: number[] }, [unknown]>('addTrials', { args: [request] });
    // After 12 trials and three baselines.
    assert.deepEqual(await add({ trials: 1, settings: [{ family: 'majority' }] }), { added: [16, 17] });
    await assert.rejects(add({ trails: 3 }), (error) => /trails/.test(rootCause(error)));
    await until(
      async () =>
        (await fixture.trialsOf(handle)).filter(({ trial, macroF1 }) => trial <= 12 && macroF1 !== null)
          .length >= 3,
      CHECK_TIMEOUT_MS,
      'three trials are scored',
    );
    await handle.cancel();
    await assert.rejects(handle.result(), (error) => /cancell?ed/i.test(String(error)));
    const count =
      "select state, count(*)::integer as trials from main.trials where run_id = 'tune' and trial not between 13 and 15 group by all order by all";
    const baselines =
      "select family, state, reason from main.trials where run_id = 'tune' and trial between 13 and 15 order by trial";
    assert.deepEqual(
      (await fixture.query('home', baselines)).map(({ family, state }) => [family, state]),
      [
        ['majority', 'completed'],
        ['largest-segment', 'failed'],
        ['decision-tree', 'completed'],
      ],
    );
    const kept = await fixture.query('home', count);
    assert.deepEqual(
      kept.map(({ state }) => state),
      ['cancelled', 'completed'],
    );
    assert.equal(
      kept.reduce((sum, { trials }) => sum + Number(trials), 0),
      14,
    );
    const completed = Number(kept[1]?.['trials']);
    assert.ok(completed >= 3 && completed < 14);

    const result = (await (
      await fixture.start('tune', 'tuneModel', { run: 'base', search })
    ).result()) as PipelineResult;
    assert.deepEqual(result.trials, { completed: 12, failed: 0 });
    assert.ok(
      result.warnings.some((text) =>
        /the baseline of trial 14 was not scored: largest-segment: needs one of the features/.test(text),
      ),
    );
    const { metrics } = deserialiseModel(
      readFileSync(join(fixture.folder, 'home', 'runs', 'tune', 'model.json'), 'utf8'),
    );
    assert.match(JSON.stringify(metrics), /"smoothed":{/);
    const [reused] = await fixture.query(
      'home',
      "select count_if(reused)::integer as trials from main.trials where run_id = 'tune' and trial <= 12",
    );
    assert.ok(Number(reused?.['trials']) >= completed - 2, JSON.stringify(reused));
    assert.deepEqual(await fixture.query('home', 'select run_id, trial from main.models where is_current'), [
      { run_id: 'tune', trial: result.bestTrial },
    ]);
    const [timeline] = await fixture.query(
      'home',
      'select count(distinct session_id)::integer as sessions from main.resolution_timeline',
    );
    assert.equal(timeline?.['sessions'], 60);

    const wrong = async (request: object): Promise<string> =>
      await (await fixture.start('wrong', 'tuneModel', request)).result().then(
        () => assert.fail('the search was not rejected'),
        (error: unknown) => rootCause(error),
      );
    assert.match(
      await wrong({ run: 'base', search: { ranges: { 'ml-svm': { C: 3 } } } }),
      /search\.ranges\["ml-svm"\]\.C/,
    );
    assert.match(await wrong({ run: 'base', search: { folds: 7 } }), /search\.folds: .*divided into 3 folds/);
    assert.match(await wrong({ run: 'nowhere' }), /no search of a run nowhere; known searches: base, tune/);
    const limited = { ...search, timeLimitSeconds: 1, trials: 500, force: true };
    const inTime = (await (
      await fixture.start('limited', 'tuneModel', { run: 'base', search: limited })
    ).result()) as PipelineResult;
    // The baselines go first: on a slow machine they may be all that is scored in a second.
    assert.ok(inTime.trials.completed < 500);
    if (inTime.trials.completed === 0)
      assert.match(inTime.choice?.text ?? '', /^Only baselines were scored on /);
    assert.ok(
      inTime.warnings.some((text) => /trials? (was|were) cancelled before there was a score/.test(text)),
    );
  });

  it('marks a terminated search as such when a worker starts, and when one of its trials is retried', async () => {
    await fixture.startWorker('home');
    const search = {
      trials: 50,
      families: ['extra-trees'],
      ranges: { 'extra-trees': { trees: { from: 150, to: 150 } } },
      halving: { factor: 1 },
      force: true,
    };
    const state = async (): Promise<unknown> =>
      (await fixture.query('home', "select state from main.runs where run_id = 'ended'"))[0]?.['state'];
    const endOne = async (): Promise<void> => {
      const handle = await fixture.start('ended', 'tuneModel', { run: 'base', search });
      const kept = "select trial from main.trials where run_id = 'ended' and state = 'completed'";
      const scored = async (): Promise<boolean> =>
        (await fixture.trialsOf(handle)).some(({ macroF1 }) => macroF1 !== null) &&
        (await fixture.query('home', kept)).length > 0;
      await until(scored, CHECK_TIMEOUT_MS, 'a trial is scored and kept');
      await handle.terminate();
    };
    await endOne();
    assert.equal(await state(), 'searching');
    await fixture.startWorker('home');
    assert.equal(await state(), 'terminated');

    await endOne();
    const retry = await fixture.start('ended/retry', 'retryTrial', { run: 'ended', trial: 99 });
    await assert.rejects(retry.result(), (error) =>
      /there is no trial 99; ended has the trials \d/.test(rootCause(error)),
    );
    assert.equal(await state(), 'terminated');
  });

  it('runs 200 trials in one search', async () => {
    await fixture.startWorker('home');
    const search = {
      trials: 200,
      families: ['extra-trees'],
      ranges: { 'extra-trees': { trees: { from: 9, to: 9 }, maxDepth: { from: 2, to: 4 } } },
      parallelTrials: 16,
      halving: { factor: 1 },
    };
    const handle = await fixture.start('many', 'tuneModel', { run: 'base', search });
    const result = (await handle.result()) as PipelineResult;
    assert.deepEqual(result.trials, { completed: 200, failed: 0 });
    const { historyLength } = await handle.describe();
    assert.ok(historyLength < 10_000, `${historyLength} events`);
  });
});
