import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dwellTime } from '../../../warehouse/features/dwell-time.js';
import { withTestRun } from '../../sql/test-run.js';

/** Sessions a (trained on) and b (held out) of twelve windows; `changes` of a: seconds since a switch by window. */
async function dwellOf(changes: Readonly<Record<number, number>>): Promise<number> {
  return await withTestRun(async (warehouse) => {
    await warehouse.run(
      "create table splits as from (values ('a', 0), ('b', -1)) as split(session_group, fold)",
    );
    await warehouse.run(
      "create table dataset_clean as from (values ('a', 'a'), ('a', 'a'), ('b', 'b')) as row(session_id, session_group)",
    );
    const values = ['a', 'b'].flatMap((session) =>
      Array.from({ length: 12 }, (_, index) => {
        const since = session === 'b' ? -1 : (changes[index] ?? null);
        return `('${session}', ${index === 11 ? "'none'" : "'steady'"}, ${since ?? 'null'}::double)`;
      }),
    );
    await warehouse.run(
      `create table window_labels as from (values ${values.join(', ')}) as label(session_id, label_state, since_switch_seconds)`,
    );
    return await dwellTime(warehouse, 10);
  });
}

describe('dwellTime', () => {
  it('is the labelled time of training sessions divided by their changes', async () => {
    // Eleven labelled windows of 10 s; changes in windows 2 and 5, and at the start of 8.
    assert.equal(await dwellOf({ 2: -4, 3: 6, 5: -0.5, 6: 9.5, 8: 0 }), 110 / 3);
  });

  it('is at most 100 s, and 100 s if nothing changes', async () => {
    assert.equal(await dwellOf({ 2: -4 }), 100);
    assert.equal(await dwellOf({}), 100);
  });
});
