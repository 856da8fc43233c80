import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readServerRecord } from '../../server/server-record.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { CHECK_TIMEOUT_MS, SearchFixture } from './search-fixture.js';
import { until } from './worker-process.js';

describe('a search that is interrupted', { timeout: 400_000 }, () => {
  let fixture: SearchFixture;

  before(async () => {
    fixture = await SearchFixture.open();
  });

  after(() => fixture.close());

  it('ends with the same model, byte for byte, after kill -9 of worker and server, and trains nothing twice', async () => {
    const search = fixture.config({ trials: 24, families: ['extra-trees', 'gradient-boosting'] });
    await fixture.startWorker('undisturbed');
    const undisturbed = (await (
      await fixture.start('quiet', 'videoQualityPipeline', search)
    ).result()) as PipelineResult;

    const first = await fixture.startWorker('killed');
    let handle = await fixture.start('killed', 'videoQualityPipeline', search);
    const scored = async (): Promise<number> =>
      (await fixture.trialsOf(handle)).filter(({ macroF1 }) => macroF1 !== null).length;
    await until(async () => (await scored()) >= 6, CHECK_TIMEOUT_MS, 'six trials are scored');
    await first.kill();
    const finished = finishedFolds(join(fixture.folder, 'killed', 'trials'), 3);
    assert.ok(finished.size >= 6 && finished.size < 24, String(finished.size));

    await fixture.startWorker('killed');
    await until(async () => (await scored()) >= 12, CHECK_TIMEOUT_MS, 'twelve trials are scored');
    const later = finishedFolds(join(fixture.folder, 'killed', 'trials'), 3);
    const { record } = await readServerRecord(join(fixture.folder, 'temporal'));
    assert.ok(record !== null);
    process.kill(record.serverPid, 'SIGKILL');
    await until(
      async () => !(await readServerRecord(join(fixture.folder, 'temporal'))).isOwned,
      CHECK_TIMEOUT_MS,
      'the server is gone',
    );
    const { address } = fixture.server;
    await fixture.connect();
    assert.equal(fixture.server.address, address);
    handle = fixture.client.workflow.getHandle('killed');
    const killed = (await handle.result()) as PipelineResult;

    assert.deepEqual({ ...killed, runId: '', files: [] }, { ...undisturbed, runId: '', files: [] });
    assert.deepEqual(
      readFileSync(join(fixture.folder, 'killed', 'runs', 'killed', 'model.json')),
      readFileSync(join(fixture.folder, 'undisturbed', 'runs', 'quiet', 'model.json')),
    );
    const rows = `select trial, setting, state, budget_share, macro_f1, macro_f1_low, macro_f1_high, macro_f1_by_fold,
      reason, warnings from main.trials order by trial`;
    const trials = await fixture.query('undisturbed', rows);
    assert.deepEqual(await fixture.query('killed', rows), trials);
    // Three steps of successive halving: 24, 8 and 3 trials; and the baselines, of which the largest segment cannot be tried.
    assert.deepEqual(
      [1, 2, 3].map(
        (step) =>
          trials.filter((row) => Math.round(1 / Number(row['budget_share'])) === 3 ** (3 - step)).length,
      ),
      [16, 5, 3 + 3],
    );
    const after = finishedFolds(join(fixture.folder, 'killed', 'trials'), 3);
    assert.equal(after.size, 24 + 8 + 3 + 2);
    for (const [name, writtenMs] of [...finished, ...later]) assert.equal(after.get(name), writtenMs, name);
  });
});

/** Trainings on disk with all folds scored, and the time at which they were written. */
function finishedFolds(trials: string, folds: number): Map<string, number> {
  const whole = readdirSync(trials).filter(
    (name) =>
      name.endsWith('.json') &&
      (JSON.parse(readFileSync(join(trials, name), 'utf8')) as unknown[]).length === folds,
  );
  return new Map(whole.map((name) => [name, statSync(join(trials, name)).mtimeMs]));
}
