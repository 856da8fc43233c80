import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadSplicedPieces, sharedPieces } from '../../../warehouse/captures/spliced-pieces.js';
import type { Warehouse } from '../../../warehouse/core/warehouse.js';
import { findTrainedCaptures } from '../../../warehouse/features/trained-captures.js';
import { withTestRun } from '../../sql/test-run.js';

/** Captures 1, 2, …, one for each content. */
async function captures(warehouse: Warehouse, contents: readonly string[]): Promise<void> {
  for (const [at, content] of contents.entries())
    await warehouse.run(
      `insert into main.captures by name
        select ${at + 1} as capture_id, '${content}' as content_hash, '' as decoder, 'pcap' as format,
          '' as compression, [1] as link_types, 0 as packet_count, 0 as wire_bytes, 0 as captured_bytes`,
    );
}

/** Sessions of a run, each with the number of its capture and its fold. */
async function sessions(
  warehouse: Warehouse,
  rows: readonly (readonly [string, number, number])[],
): Promise<void> {
  const values = rows.map(([name, capture, fold]) => `('${name}', ${capture}, ${fold})`).join(', ');
  await warehouse.run(
    `create table sessions as select name as session_id, name as labelled_session, name as session_group, capture_id::bigint as capture_id
      from (values ${values}) as t(name, capture_id, fold)`,
  );
  await warehouse.run(
    `create table splits as select name as session_group, fold from (values ${values}) as t(name, capture_id, fold)`,
  );
}

describe('pieces of spliced captures', () => {
  it('are counted if held-out sessions share their captures with training sessions', async () => {
    await withTestRun(async (warehouse) => {
      await sessions(warehouse, [
        ['train-1', 1, 0],
        ['train-2', 2, 1],
        ['held-1', 3, -1],
        ['held-2', 4, -1],
        ['held-3', 5, -1],
      ]);
      await loadSplicedPieces(warehouse, [
        { sessionId: 'train-1', contentHash: 'a' },
        { sessionId: 'train-1', contentHash: 'b' },
        { sessionId: 'train-2', contentHash: 'c' },
        { sessionId: 'held-1', contentHash: 'c' },
        { sessionId: 'held-1', contentHash: 'd' },
        { sessionId: 'held-2', contentHash: 'd' },
        { sessionId: 'held-3', contentHash: 'b' },
      ]);
      assert.deepEqual(await sharedPieces(warehouse), { heldOut: 3, shared: 2 });
      await loadSplicedPieces(warehouse, []);
      assert.deepEqual(await sharedPieces(warehouse), { heldOut: 0, shared: 0 });
    });
  });

  it('count as trained on: the whole capture, and other pieces of it', async () => {
    await withTestRun(async (warehouse) => {
      await captures(warehouse, ['spliced-train', 'spliced-held', 'a', 'b', 'other', 'spliced-new']);
      await warehouse.useRun('model');
      await sessions(warehouse, [
        ['train', 1, 0],
        ['held', 2, -1],
      ]);
      await loadSplicedPieces(warehouse, [
        { sessionId: 'train', contentHash: 'a' },
        { sessionId: 'held', contentHash: 'b' },
      ]);
      await warehouse.useRun('test');
      await loadSplicedPieces(warehouse, [{ sessionId: 'new', contentHash: 'a' }]);
      for (const [at, name] of ['train', 'held', 'whole-a', 'whole-b', 'other', 'new'].entries())
        await warehouse.run(
          `insert into main.run_sources by name
            select 'test' as run_id, ${at + 1} as capture_id, '${name}' as session_id, '${name}' as capture_name`,
        );
      assert.equal(await findTrainedCaptures(warehouse, 'test', 'model'), true);
      const found = await warehouse.rows('select capture_id from trained_captures order by all');
      assert.deepEqual(
        found.map((row) => Number(row['capture_id'])),
        [1, 3, 6],
      );
    });
  });
});
