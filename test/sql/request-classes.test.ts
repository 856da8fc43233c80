import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSqlFolder } from '../../warehouse/core/sql-files.js';
import type { SqlRow, Warehouse } from '../../warehouse/core/warehouse.js';
import { withTestRun } from './test-run.js';

interface SegmentRow {
  readonly requestBytes: number;
  readonly sizeBytes: number;
  /** Request at this second; the last byte arrives 2 s later. */
  readonly second: number;
}

/** A session of these segments, on windows of 10 s from 0, through the two models. */
async function withSegments<T>(
  segments: readonly SegmentRow[],
  work: (warehouse: Warehouse) => Promise<T>,
): Promise<T> {
  return await withTestRun(async (warehouse) => {
    const values = segments.map(
      ({ requestBytes, sizeBytes, second }, index) =>
        `('s', 1, ${index}, ${second * 1e6}, ${(second + 2) * 1e6}, ${Math.floor((second + 2) / 10)}, ${requestBytes}, ${sizeBytes})`,
    );
    await warehouse.run(
      `create table session_segments as select * from (values ${values.join(', ')}) as
      segment(session_id, flow_id, segment_index, request_us, end_us, end_window_index, request_bytes, downstream_bytes)`,
    );
    await warehouse.run(
      "create table session_windows as select 's' as session_id, window_index, window_index as window_number, (window_index + 1) * 10000000 as end_us from range(40) as grid(window_index)",
    );
    const models = new Map(readSqlFolder('30_features').map((model) => [model.name, model]));
    for (const [name, params] of [
      ['request_classes', { media_bytes: 20_000 }],
      ['feat_request_classes', {}],
    ] as const)
      await warehouse.run(`create table ${name} as ${models.get(name)?.sql ?? ''}`, params, name);
    return await work(warehouse);
  });
}

const featuresOf = async (warehouse: Warehouse, windowIndex: number): Promise<SqlRow | undefined> =>
  (await warehouse.rows(`select * from feat_request_classes where window_number = ${windowIndex}`))[0];

/** Audio of 100 kB with requests of about 600 bytes, and video of at least 1,000 kB with requests of about 664, in turn, every 10 s. */
const YOUTUBE_LIKE: readonly SegmentRow[] = Array.from({ length: 14 }, (_, index) => ({
  requestBytes: (index % 2 === 0 ? 600 : 664) + (index % 3),
  sizeBytes: index % 2 === 0 ? 100_000 : 1_000_000 + index * 1000,
  second: 10 * index + 1,
}));

describe('classes of requests', () => {
  it('are two if the sizes of requests form two tight clusters', async () => {
    const other = [
      // One opens a connection: far above both. One is small: no media. Both are left out.
      { requestBytes: 2300, sizeBytes: 900_000, second: 141 },
      { requestBytes: 610, sizeBytes: 500, second: 142 },
    ];
    await withSegments([...YOUTUBE_LIKE, ...other], async (warehouse) => {
      const rows = await warehouse.rows(
        'select is_long, count(*)::integer as n, min(downstream_bytes)::integer as least from request_classes group by all order by 1',
      );
      assert.deepEqual(rows, [
        { is_long: false, n: 7, least: 100_000 },
        { is_long: true, n: 7, least: 1_001_000 },
      ]);
    });
  });

  it('give features of the segments completed by the end of a window', async () => {
    await withSegments(YOUTUBE_LIKE, async (warehouse) => {
      assert.equal((await featuresOf(warehouse, 0))?.['long_5_max_chunksize'], null);
      // By 120 s: short ones at 1, 21, …, 101 s; long ones 1,001 kB at 11 s to 1,011 kB at 111 s.
      const at120 = await featuresOf(warehouse, 11);
      assert.deepEqual(at120, {
        window_number: '11',
        short_5_min_chunksize: 100_000,
        short_5_max_chunksize: 100_000,
        short_5_chunksizes_50: 100_000,
        // 500 kB from 1 s to 101 s.
        short_5_rate_kbps: 40,
        long_5_min_chunksize: 1_003_000,
        long_5_max_chunksize: 1_011_000,
        long_5_chunksizes_50: 1_007_000,
        // 5,035 kB from 11 s to 111 s.
        long_5_rate_kbps: 402.8,
        long_short_ratio: 6_036 / 600,
        long_short_ratio_120s: 6_036 / 600,
      });
      // By 240 s all are completed: 7 of each; 120 s earlier, at 120 s, 6 of each.
      const at240 = await featuresOf(warehouse, 23);
      assert.deepEqual(
        [at240?.['long_short_ratio'], at240?.['long_short_ratio_120s']],
        [7_049 / 700, 1_013 / 100],
      );
    });
  });

  it('are none if all requests have about the same size', async () => {
    const even = YOUTUBE_LIKE.map((segment, index) => ({ ...segment, requestBytes: 640 + 7 * (index % 5) }));
    await withSegments(even, async (warehouse) => {
      assert.deepEqual(await warehouse.rows('select * from request_classes'), []);
      const features = await featuresOf(warehouse, 20);
      assert.deepEqual([features?.['long_short_ratio'], features?.['short_5_rate_kbps']], [null, null]);
    });
  });
});
