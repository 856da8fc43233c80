import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { writePooledPredictions } from '../../../warehouse/runs/pool-parts.js';
import { withTestRun } from '../../sql/test-run.js';

describe('parts of a cross-evaluation', () => {
  it('give all windows of their held-out sessions, each once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-parts-'));
    try {
      await withTestRun(async (warehouse) => {
        for (const part of [1, 2]) {
          await warehouse.useRun(`part-${part}`);
          await warehouse.run(`
            create table dataset_raw as
            select session_id, window_index, session_id as session_group
            from (values ('a'), ('b')) as s(session_id), (values (0), (1), (2)) as w(window_index)`);
          // The middle window has a switch, so that it is in no split.
          await warehouse.run(`
            create table window_labels as
            select session_id, window_index, if(window_index = 0, null, 10.0 * window_index - 14) as since_switch_seconds
            from dataset_raw`);
          await warehouse.run(`
            create table predictions as
            select session_id, window_index, 240 as true_px, ${part} as said_by, map {'majority': ${part} * 240} as baseline_px,
              case when window_index = 1 then 'none' when (session_id = 'a') = (${part} = 1) then 'held out' else 'training' end as split
            from dataset_raw`);
        }
        await warehouse.useRun('test');
        const path = join(folder, 'said.ndjson');
        await writePooledPredictions(warehouse, ['part-1', 'part-2'], path);
        const lines = readFileSync(path, 'utf8').trim().split('\n');
        const said = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
        assert.deepEqual(
          said.map((row) => [
            row['session_id'],
            row['said_by'],
            row['baseline_px'],
            row['split'],
            row['since_switch_seconds'],
          ]),
          [['a', 1, { majority: 240 }] as const, ['b', 2, { majority: 480 }] as const].flatMap((ofPart) => [
            [...ofPart, 'held out', null],
            [...ofPart, 'none', -4],
            [...ofPart, 'held out', 6],
          ]),
        );
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
