import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { homePaths } from '../../../activities/dependencies.js';
import { toFailure } from '../../../activities/failures.js';

async function isRetried(work: Promise<unknown>): Promise<boolean> {
  const failure = toFailure(await work.catch((error: unknown) => error));
  assert.ok(failure instanceof ApplicationFailure);
  return failure.nonRetryable !== true;
}

describe('a failed activity', () => {
  it('is not tried again for a name that no file can have', async () => {
    assert.equal(await isRetried(readFile('x'.repeat(300))), false);
    assert.equal(await isRetried(readFile('.')), false);
  });

  it('is tried again on a full disk', { skip: process.platform !== 'linux' }, async () => {
    assert.equal(await isRetried(writeFile('/dev/full', 'x')), true);
  });
});

describe('the folder of a run', () => {
  it('is one below runs, whatever the id', () => {
    const paths = homePaths('/home');
    for (const id of ['..', '.', '../x', 'a/b'])
      assert.match(paths.run(id), new RegExp(`^${join('/home', 'runs')}/[^./][^/]*$`), id);
  });
});
