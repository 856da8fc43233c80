import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { toFailure } from '../../../../activities/failures.js';
import { StopFlag } from '../../../../learning/fitting/stop-flag.js';
import { fitModel } from '../../../../learning/models/estimator.js';
import { binFeatures } from '../../../../learning/models/trees/bin-features.js';
import { encodeMatrix } from '../../../../learning/search/prepared-matrix.js';
import { trialSettingSchema } from '../../../../schemas/search.js';
import { withWarehouse } from '../../../../warehouse/core/open-warehouse.js';
import { writeFeatureFile } from '../../../../warehouse/features/feature-file.js';
import { ComputePool } from '../../../../worker/threads/compute-pool.js';
import { createThreadCrew } from '../../../../worker/threads/thread-crew.js';
import { syntheticRows } from '../../learning/models/synthetic.js';

const train = syntheticRows({ rows: 1500, classCount: 4, columns: 12 });

for (const setting of [
  { family: 'random-forest', trees: 40 },
  { family: 'extra-trees', trees: 40 },
  { family: 'gradient-boosting', rounds: 30, featureShare: 0.5 },
  { family: 'svm', C: 3 },
].map((setting) => trialSettingSchema.parse(setting))) {
  describe(`${setting.family} on several threads`, () => {
    it('gives the same model as one thread, and reports progress to the end', () => {
      const alone = fitModel(setting, train).model.toJson();
      const reported: number[] = [];
      let total = 0;
      const together = fitModel(setting, {
        ...train,
        crew: createThreadCrew(3),
        onProgress: (done, of) => {
          reported.push(done);
          total = of;
        },
      }).model.toJson();
      assert.equal(JSON.stringify(together), JSON.stringify(alone));
      assert.equal(reported.at(-1), total);
      assert.deepEqual(
        reported,
        [...reported].sort((left, right) => left - right),
      );
    });

    it('stops between parts if the flag in shared memory is set', () => {
      const flag = new StopFlag();
      let last = 0;
      assert.throws(
        () =>
          fitModel(setting, {
            ...train,
            crew: createThreadCrew(2),
            signal: new StopFlag(flag.memory),
            onProgress: (done) => {
              last = done;
              if (done >= 2) flag.stop();
            },
          }),
        { name: 'StoppedError' },
      );
      assert.ok(last >= 2 && last <= 8, `${last}`);
    });
  });
}

describe('a fit whose helper thread is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-helpers-'));
  const pool = new ComputePool(2);
  after(async () => {
    await pool.close();
    rmSync(folder, { recursive: true });
  });

  it('ends with a retryable error, and its thread can fit again', async () => {
    const trainingPath = join(folder, 'training.arrow');
    await withWarehouse(join(folder, 'warehouse.duckdb'), async (warehouse) => {
      await warehouse.useRun('crew');
      await warehouse.run(`create table training_set as
        select (i // 100) % 2 as fold, 's' || i // 100 as session_id, session_id as session_group, i % 100 as window_index,
          0 as window_start_us, [240, 480, 720][1 + (i // 100) % 3] as resolution_px,
          ${Array.from({ length: 30 }, (_, feature) => `hash(i, ${feature}) % 100000 as f${feature}`).join(', ')}
        from range(6000) as rows(i)`);
      await writeFeatureFile(warehouse, 'training_set', trainingPath);
    });
    const fit = (trees: number, onProgress: () => void) =>
      pool.run(
        'fitModel',
        {
          trainingPath,
          trainingSha256: '0'.repeat(64),
          setting: trialSettingSchema.parse({ family: 'random-forest', trees }),
          classes: [240, 480, 720],
          windowSeconds: 10,
          dwellSeconds: null,
          seed: 1,
          modelPath: join(folder, 'model.json'),
        },
        { onProgress, signal: new AbortController().signal },
      );
    let killed = 0;
    const kill = (): void => {
      for (const thread of pool.helperThreads) {
        killed += 1;
        void thread.terminate();
      }
    };
    // The fit succeeds if the helper is killed before its first tree or between two trees.
    let error: unknown = null;
    for (let attempt = 1; error === null && attempt <= 10; attempt++)
      error = await fit(250, () => setTimeout(kill, 300)).then(
        () => null,
        (reason: unknown) => reason,
      );
    assert.ok(killed > 0);
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'LostThreadError');
    assert.equal(error.message, 'a thread that helped with the fit was lost: it was ended');
    const failure = toFailure(error);
    assert.ok(failure instanceof ApplicationFailure && failure.nonRetryable !== true);
    assert.equal((await fit(3, () => undefined)).rows, 6000);
  });
});

describe('ComputePool', () => {
  const pool = new ComputePool(1);
  const folder = mkdtempSync(join(tmpdir(), 'vqi-pool-'));
  after(async () => {
    await pool.close();
    rmSync(folder, { recursive: true });
  });

  it('cancels a trial between trees without ending its thread', async () => {
    const folds = train.labels.map((_label, row) => row % 2);
    const groups = Int32Array.from(folds.keys());
    const parts = encodeMatrix({
      ...train,
      binned: binFeatures(train.features),
      folds,
      groups,
      spliced: new Uint8Array(folds.length),
    });
    const bytes = Buffer.concat(parts);
    const matrix = new SharedArrayBuffer(bytes.length);
    new Uint8Array(matrix).set(bytes);
    const run = (trees: number, controller: AbortController): ReturnType<typeof pool.run<'crossValidate'>> =>
      pool.run(
        'crossValidate',
        {
          matrix,
          matrixSha256: 'of this test',
          setting: trialSettingSchema.parse({ family: 'random-forest', trees }),
          classCount: 4,
          trainShare: 1,
          foldCount: 2,
          seed: 1,
          checkpointPath: join(folder, `${trees}.json`),
        },
        {
          onProgress: ({ fit }) => {
            if (fit !== undefined && fit.total > 10) controller.abort();
          },
          signal: controller.signal,
        },
      );
    // If the thread had been ended, the error would be an AbortError.
    await assert.rejects(run(2000, new AbortController()), { name: 'StoppedError' });
    const { folds: scored } = await run(3, new AbortController());
    assert.equal(scored.length, 2);
    assert.match(readFileSync(join(folder, '3.json'), 'utf8'), /macroF1/);
  });
});
