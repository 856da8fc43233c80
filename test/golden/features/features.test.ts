import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { projectRoot } from '../../../common/project-root.js';
import { analyseCaptureConfigSchema } from '../../../schemas/run-config.js';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import { type SqlRow } from '../../../warehouse/core/warehouse.js';
import { buildFeatureTables } from '../../../warehouse/features/build-features.js';
import { registerRun } from '../../../warehouse/runs/register-run.js';
import { loadCaptures } from '../../load-captures.js';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';

const FOLDER = join(projectRoot(), 'test', 'golden', 'features');
const cell = z.union([z.number(), z.null(), z.array(z.array(z.number()))]);
const EXPECTED = z
  .record(z.string(), z.array(z.record(z.string(), cell)))
  .parse(JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')));

/** The script's rounding, and a margin for sums in another order. */
const RELATIVE = 1e-8;

describe('features equal those computed by pandas and SciPy from the packets that tshark reads', () => {
  for (const [capture, expected] of Object.entries(EXPECTED)) {
    const path = sharedData(...capture.split('/'));
    it(capture, { skip: path === null && NO_SHARED_DATA }, async () => {
      const rows = await featuresOf(path!);
      assert.equal(rows.length, expected.length);
      const wrong = expected.flatMap((window, index) =>
        Object.entries(window).flatMap(([name, value]) => {
          const found = foundOf(rows[index]!, name);
          return isClose(found, value) ? [] : [`window ${index} ${name}: ${text(found)}, not ${text(value)}`];
        }),
      );
      assert.deepEqual(wrong, []);
    });
  }
});

type Cell = z.infer<typeof cell>;

async function featuresOf(path: string): Promise<SqlRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-features-'));
  try {
    const plain = join(folder, 'capture');
    const bytes = readFileSync(path);
    writeFileSync(plain, path.endsWith('.gz') ? gunzipSync(bytes) : bytes);
    const warehousePath = join(folder, 'warehouse.duckdb');
    const [captureId = ''] = await loadCaptures(warehousePath, [plain], folder);
    const config = analyseCaptureConfigSchema.parse({
      capture: path,
      service: { find: 'assume' },
      sessionGapSeconds: 86_400,
    });
    return await withWarehouse(warehousePath, async (warehouse) => {
      await warehouse.useRun('test');
      await registerRun(warehouse, { runId: 'test', config, simulated: false }, [
        {
          captureId,
          sessionId: 's',
          captureName: 's',
          site: null,
          videoId: null,
          homeId: null,
          resolutionPx: null,
        },
      ]);
      await buildFeatureTables(warehouse, 'test', config, [], () => undefined);
      return await warehouse.rows('select * from feat_windows order by session_id, window_index');
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function foundOf(row: SqlRow, name: string): Cell | undefined {
  if (name === 'total_throughput_both') {
    return Number(row['total_throughput_up']) + Number(row['total_throughput_down']);
  }
  const value = row[name];
  if (value === null || Array.isArray(value)) return value as Cell;
  return value === undefined ? undefined : Number(value);
}

function isClose(found: Cell | undefined, value: Cell): boolean {
  if (Array.isArray(value)) {
    return (
      Array.isArray(found) &&
      found.length === value.length &&
      value.every((row, index) => isClose(found[index]?.[0], row[0] ?? null))
    );
  }
  if (typeof value !== 'number' || typeof found !== 'number') return value === found;
  return Math.abs(found - value) <= RELATIVE * Math.max(1, Math.abs(value));
}

const text = (value: Cell | undefined): string => (value === undefined ? 'missing' : JSON.stringify(value));
