import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeServiceRules } from '../../../warehouse/captures/service-rules.js';
import { buildModels } from '../../../warehouse/core/run-models.js';
import type { SqlValue, Warehouse } from '../../../warehouse/core/warehouse.js';
import { registerRun } from '../../../warehouse/runs/register-run.js';
import { addCapture, withTestRun } from '../../sql/test-run.js';

/** The staging tables of a run on one capture with one flow of two segments, 100 s apart. */
async function buildStaging(
  warehouse: Warehouse,
  changed: Record<string, SqlValue> = {},
  onModel: (name: string) => void = () => undefined,
): Promise<Record<string, number>> {
  const source = {
    ...{ captureId: '1', sessionId: 's', captureName: 's' },
    ...{ site: null, videoId: null, homeId: null, resolutionPx: null },
  };
  await addCapture(warehouse, Number(source.captureId));
  await registerRun(warehouse, { runId: 'test', config: {}, simulated: false }, [source]);
  await warehouse.run(`
    insert into main.flows values (1, 0, 4, 6, '192.0.2.1', '198.51.100.1', 50000, 443, 'syn', 0, 110000000, 4, 2000000);
    insert into main.segments values (1, 0, 0, 0, 500, 1000, 2000, 900000, 0, 600, true);
    insert into main.segments values (1, 0, 1, 100000000, 500, 100001000, 100002000, 900000, 0, 600, true)`);
  await writeServiceRules(warehouse, []);
  const params = {
    ...{ run_id: 'test', find_service: 'assume', min_named_share: 0.5, assumed_service: 'assumed' },
    ...{ session_gap_seconds: 60, window_seconds: 10, align: 'session', lengths: 'wire' },
    ...{ media_bytes: 20_000, ...changed },
  };
  return await buildModels(warehouse, ['20_staging'], params, onModel);
}

describe('building models', () => {
  it('counts the rows of the tables, and names each step by its first and last', async () => {
    await withTestRun(async (warehouse) => {
      const steps: string[] = [];
      const rows = await buildStaging(warehouse, {}, (name) => steps.push(name));
      assert.deepEqual(
        { sessions: rows['sessions'], windows: rows['session_windows'], segments: rows['service_segments'] },
        { sessions: 2, windows: 2, segments: 2 },
      );
      assert.deepEqual(steps, ['stg_sources to session_windows']);
    });
  });

  it('names the files of the step that failed, and the reason', async () => {
    await withTestRun(async (warehouse) => {
      await assert.rejects(
        buildStaging(warehouse, { session_gap_seconds: 'soon' }),
        /^QueryError: sql\/20_staging\/stg_sources\.sql to sql\/20_staging\/session_windows\.sql: Conversion Error: .*soon/,
      );
    });
  });
});
