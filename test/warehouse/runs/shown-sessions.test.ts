import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shownSessions } from '../../../warehouse/runs/shown-sessions.js';
import { withTestRun } from '../../sql/test-run.js';

/** Rows of `predictions`: session, split, true and likeliest resolution, which is the answer unless the window is unknown. */
const shownOf = (rows: readonly (readonly [string, string, number | null, 240 | 480 | 720, 'unknown'?])[]) =>
  withTestRun(async (warehouse) => {
    await warehouse.run(
      'create table predictions (session_id varchar, split varchar, true_px integer, predicted_px integer, probabilities map(integer, double))',
    );
    for (const [session, split, truth, likeliest, unknown] of rows) {
      const shares = [240, 480, 720].map((heightPx) => `${heightPx}: ${heightPx === likeliest ? 0.4 : 0.3}`);
      await warehouse.run(
        `insert into predictions values ('${session}', '${split}', ${truth ?? 'null'}, ${unknown ? 'null' : likeliest}, map {${shares.join(', ')}})`,
      );
    }
    return (await shownSessions(warehouse)).map(({ sessionId, place }) => [
      sessionId,
      place?.name,
      place?.sessions,
      place?.right,
    ]);
  });

describe('shownSessions', () => {
  it('are the median, the best and the worst held-out session by their right answers', async () => {
    const shown = await shownOf([
      ['half', 'held out', 240, 240],
      ['half', 'held out', 240, 480],
      ['all', 'held out', 720, 720],
      ['none', 'held out', 720, 480],
      ['third', 'held out', 240, 240],
      ['third', 'held out', 240, 480],
      ['third', 'held out', 240, 720],
      // Without ground truth, and not held out.
      ['third', 'held out', null, 480],
      ['seen', 'training', 240, 240],
    ]);
    assert.deepEqual(shown, [
      // Of 0, 1/3, 1/2 and 1, the worse of the middle two.
      ['third', 'median', 4, 1 / 3],
      ['all', 'best', 4, 1],
      ['none', 'worst', 4, 0],
    ]);
  });

  it('are not called best for windows that were left unknown', async () => {
    const shown = await shownOf([
      ['answered', 'held out', 240, 240],
      ['answered', 'held out', 240, 480],
      ['silent', 'held out', 240, 240, 'unknown'],
      ['silent', 'held out', 240, 240, 'unknown'],
      ['wrong', 'held out', 240, 480],
    ]);
    assert.deepEqual(shown, [
      // No right answer in either of the others; the likeliest resolutions of one are right.
      ['silent', 'median', 3, 0],
      ['answered', 'best', 3, 1 / 2],
      ['wrong', 'worst', 3, 0],
    ]);
  });

  it('are fewer if there are fewer, and each is shown once', async () => {
    assert.deepEqual(await shownOf([['only', 'held out', 240, 240]]), [['only', 'median', 1, 1]]);
    assert.deepEqual(
      await shownOf([
        ['good', 'held out', 240, 240],
        ['bad', 'held out', 240, 480],
      ]),
      [
        ['bad', 'median', 2, 0],
        ['good', 'best', 2, 1],
      ],
    );
    assert.deepEqual(await shownOf([['seen', 'training', 240, 240]]), []);
  });
});
