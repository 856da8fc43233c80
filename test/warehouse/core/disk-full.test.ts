import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { toFailure } from '../../../activities/failures.js';
import { withTestRun } from '../../sql/test-run.js';

/** Every write to this file of Linux fails as on a full disk. */
const FULL = '/dev/full';

async function failureOf(sql: string): Promise<ApplicationFailure> {
  const error: unknown = await withTestRun((warehouse) =>
    warehouse.transaction(() => warehouse.run(sql)),
  ).then(
    () => assert.fail('it should have failed'),
    (reason: unknown) => reason,
  );
  const failure = toFailure(error);
  assert.ok(failure instanceof ApplicationFailure);
  return failure;
}

describe('a statement that fails', () => {
  it(
    'for want of disk is tried again, and says so',
    { skip: existsSync(FULL) ? false : `no ${FULL}` },
    async () => {
      const { type, nonRetryable, message } = await failureOf(
        `copy (from range(100000)) to '${FULL}' (format csv)`,
      );
      assert.equal(type, 'DiskFullError');
      assert.equal(nonRetryable, false);
      assert.match(message, /^statement: the disk is full: free some space; .*No space left on device/);
    },
  );

  it('for another reason is not a full disk', async () => {
    const { type, nonRetryable } = await failureOf('from nowhere');
    assert.deepEqual([type, nonRetryable], ['QueryError', true]);
  });
});
