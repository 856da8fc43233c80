import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { homePaths } from '../../../activities/dependencies.js';
import { toFailure } from '../../../activities/failures.js';
import { FlowFeaturesError } from '../../../capture/flow-features/flow-features-error.js';
import { DatasetError } from '../../../common/dataset-error.js';
import { retryOf } from '../../../common/vqi-error.js';
import { SplicingError } from '../../../simulation/splicing/splicing-error.js';
import { DiskFullError } from '../../../warehouse/core/query-error.js';
import { ComputePool } from '../../../worker/threads/compute-pool.js';

async function isRetried(work: Promise<unknown>): Promise<boolean> {
  const failure = toFailure(await work.catch((error: unknown) => error));
  assert.ok(failure instanceof ApplicationFailure);
  return failure.nonRetryable !== true;
}

describe('a failed activity', () => {
  it('is not retried after an error that a retry cannot mend, such as an impossible file name', async () => {
    assert.equal(await isRetried(readFile('x'.repeat(300))), false);
    assert.equal(await isRetried(readFile('.')), false);
  });

  it('is retried if the disk is full', { skip: process.platform !== 'linux' }, async () => {
    assert.equal(await isRetried(writeFile('/dev/full', 'x')), true);
  });
});

describe('an error of this project', () => {
  it('says whether a retry can help', () => {
    for (const error of [new DatasetError('x'), new FlowFeaturesError('x'), new SplicingError('x')])
      assert.equal(retryOf(error), 'never', error.name);
    assert.equal(retryOf(new DiskFullError('table x', new Error('No space left on device'))), 'later');
    assert.equal(retryOf(new Error('of a library')), 'later');
    assert.equal(retryOf(new TypeError('of the program')), 'never');
  });

  it('keeps that across threads, as system errors do', async () => {
    const pool = new ComputePool(1);
    const hooks = { onProgress: () => undefined, signal: new AbortController().signal };
    const failing = (path: string): Promise<unknown> =>
      pool.run('fitModel', { trainingPath: path } as never, hooks).catch((error: unknown) => error);
    try {
      const noFolder = await failing('/dev/null/x');
      assert.match(String(noFolder), /ENOTDIR/);
      assert.equal(retryOf(noFolder), 'never');
      const noFile = await failing('/no such file');
      assert.match(String(noFile), /ENOENT/);
      assert.equal(retryOf(noFile), 'later');
    } finally {
      await pool.close();
    }
  });
});

describe('the folder of a run', () => {
  it('is a direct child of runs, for every id', () => {
    const paths = homePaths('/home');
    for (const id of ['..', '.', '../x', 'a/b'])
      assert.match(paths.run(id), new RegExp(`^${join('/home', 'runs')}/[^./][^/]*$`), id);
  });
});
