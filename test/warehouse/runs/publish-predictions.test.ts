import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { publishPredictions } from '../../../warehouse/runs/publish.js';
import { withTestRun } from '../../sql/test-run.js';

describe('published predictions', () => {
  it('keep the probabilities of a window without media, and do not show them in the timeline', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-published-'));
    try {
      await withTestRun(async (warehouse) => {
        const path = join(folder, 'predictions.ndjson');
        const lines = [240, null].map((predicted_px, window_index) =>
          JSON.stringify({
            session_id: 'a',
            window_index,
            predicted_px,
            probabilities: { 240: 0.75, 720: 0.25 },
            unknown_kind: predicted_px === null ? 'no media' : null,
            split: 'held out',
          }),
        );
        writeFileSync(path, lines.join('\n'));
        await warehouse.run(
          "create table window_labels as select 'a' as session_id, window_index, 'none' as label_state, null::double as since_switch_seconds from (values (0), (1)) as w(window_index)",
        );
        await publishPredictions(warehouse, 'test', path, { rows: [], confusion: [], bySwitch: [] });
        const shares = (table: string): Promise<unknown[]> =>
          warehouse.rows(
            `select map_values(probabilities)::varchar as shares from ${table} order by window_index`,
          );
        assert.deepEqual(await shares('predictions'), [
          { shares: '[0.75, 0.25]' },
          { shares: '[0.75, 0.25]' },
        ]);
        assert.deepEqual(await shares('resolution_timeline'), [{ shares: '[0.75, 0.25]' }, { shares: '[]' }]);
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
