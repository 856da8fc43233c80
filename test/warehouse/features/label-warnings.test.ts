import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fill } from '../../../warehouse/core/fill.js';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import { labelWarnings } from '../../../warehouse/features/label-warnings.js';

/**
 * @param sources label, capture, resolution @param sessions capture, client, service, bytes, label
 * @param logs rows of `player_logs`
 */
async function warningsOf(
  sources: string,
  sessions: string,
  logs: Parameters<typeof fill>[2] = [],
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-doubt-'));
  try {
    return await withWarehouse(join(folder, 'warehouse.duckdb'), async (warehouse) => {
      await warehouse.useRun('test');
      await warehouse.rows(
        `create table stg_sources as from (values ${sources}) as t(session_label, capture_id, resolution_px)`,
      );
      await warehouse.rows(
        `create table sessions as from (values ${sessions})
          as t(capture_id, client_address, service, downstream_bytes, labelled_session)`,
      );
      await fill(warehouse, 'player_logs', logs);
      return await labelWarnings(warehouse);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('warnings about labels', () => {
  it('are none if every capture has one session of one viewer, or others with few bytes', async () => {
    assert.deepEqual(
      await warningsOf(
        `('a', 1, 240), ('b', 2, 720)`,
        `(1, 'x', 'netflix', 1000, 'a'), (1, 'x', 'netflix', 900, 'a'), (1, 'y', 'netflix', 80, null), (2, 'x', 'netflix', 5, 'b')`,
      ),
      [],
    );
  });

  it('name a capture with two names, and a capture with two viewers', async () => {
    const [repeated, shared, ...more] = await warningsOf(
      `('a', 1, 240), ('again', 1, 720), ('b', 2, null)`,
      `(1, 'x', 'netflix', 1000, 'a'), (1, 'x', 'netflix', 1000, 'again'), (2, 'x', 'netflix', 1000, 'b'), (2, 'y', 'netflix', 100, null)`,
    );
    assert.match(repeated ?? '', /^captures listed under several sessions .*: a \(240p\), again \(720p\)$/);
    assert.match(shared ?? '', /^captures with several viewers, .*: b$/);
    assert.deepEqual(more, []);
  });

  it('count the rows of player logs that are not understood', async () => {
    const log = {
      path: '/data/a.csv',
      ...{ format: 'csv', time_base: 'epoch', time_text: 'epoch seconds', row_count: 40, changing_rows: 0 },
      shown: null,
    };
    assert.deepEqual(
      await warningsOf(`('a', 1, null)`, `(1, 'x', 'netflix', 1000, 'a')`, [
        { ...log, session_label: 'a', malformed_rows: 3, first_malformed: 'row 7: time "x" is not a number' },
        { ...log, session_label: 'b', malformed_rows: 0, first_malformed: null },
      ]),
      [
        'rows of player logs that are not understood; the resolution counts as unknown there: /data/a.csv: 3 of 40 rows, the first: row 7: time "x" is not a number',
      ],
    );
  });
});
