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
      `create table placed_segments as select *, 'udp' as protocol, if(downstream_bytes >= 20000, 'media', 'small') as role
      from (values ${values.join(', ')}) as
      segment(session_id, flow_id, segment_index, request_us, end_us, end_window_index, request_bytes, downstream_bytes)`,
    );
    await warehouse.run(
      "create table session_windows as select 's' as session_id, window_index, window_index as window_number, 0 as session_start_us, window_index * 10000000 as start_us, (window_index + 1) * 10000000 as end_us from range(40) as grid(window_index)",
    );
    const models = new Map(
      ['30_features', '31_media'].flatMap(readSqlFolder).map((model) => [model.name, model]),
    );
    for (const [name, params] of [
      ...(['request_classes', 'session_segments', 'media_segments'] as const).map(
        (each) => [each, {}] as const,
      ),
      ['media_spans', { window_seconds: 10 }] as const,
      ...(['media_history', 'kind_history', 'audio_clocks', 'feat_media'] as const).map(
        (each) => [each, {}] as const,
      ),
    ])
      await warehouse.run(`create table ${name} as ${models.get(name)?.sql ?? ''}`, params, name);
    return await work(warehouse);
  });
}

const featuresOf = async (warehouse: Warehouse, windowIndex: number): Promise<SqlRow | undefined> =>
  (await warehouse.rows(`select * from feat_media where window_number = ${windowIndex}`))[0];

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
        'select kind, count(*)::integer as n, min(downstream_bytes)::integer as least from session_segments where kind is not null group by all order by 1',
      );
      assert.deepEqual(rows, [
        { kind: 'audio', n: 7, least: 100_000 },
        { kind: 'video', n: 7, least: 1_001_000 },
      ]);
    });
  });

  it('give features of the segments completed by the end of a window', async () => {
    await withSegments(YOUTUBE_LIKE, async (warehouse) => {
      assert.equal((await featuresOf(warehouse, 0))?.['video_5_max_chunksize'], null);
      // By 120 s: audio at 1, 21, …, 101 s; video 1,001 kB at 11 s to 1,011 kB at 111 s.
      const at120 = await featuresOf(warehouse, 11);
      const expected = {
        video_5_max_chunksize: 1_011_000,
        video_5_chunksizes_50: 1_007_000,
        // 5,035 kB from 11 s to 111 s.
        video_5_rate_kbps: 402.8,
        audio_5_chunksizes_50: 100_000,
        // 500 kB from 1 s to 101 s.
        audio_5_rate_kbps: 40,
        // From the audio that ended at 23 s to the one at 103 s: four of audio, video of 33 s to 93 s.
        audio_4_video_audio_ratio: (1_003 + 1_005 + 1_007 + 1_009) / 400,
        audio_4_spacing_seconds: 20,
        allprev_video_audio_ratio: 6_036 / 600,
        '30s_video_audio_ratio': (1_009 + 1_011) / 100,
        '120s_video_rate_kbps': (8 * 6_036) / 120,
        // All media: 12 segments.
        media_segments_so_far: 12,
        media_age_seconds: 7,
      };
      for (const [name, value] of Object.entries(expected)) assert.equal(Number(at120?.[name]), value, name);
      // By 240 s all are completed: 7 of each; 120 s earlier, at 120 s, 6 of each.
      const at240 = await featuresOf(warehouse, 23);
      assert.deepEqual(
        [at240?.['allprev_video_audio_ratio'], at240?.['120s_video_audio_ratio']],
        [7_049 / 700, 1_013 / 100],
      );
      // 5 kB of audio a second are no AAC at 129.6 kbit/s.
      assert.equal(at240?.['buffer_seconds'], null);
    });
  });

  it('make audio a clock if its bytes are those of AAC at 129.6 kbit/s', async () => {
    const aac = YOUTUBE_LIKE.map((segment, index) =>
      index % 2 === 0 ? { ...segment, sizeBytes: 20 * 16_200 } : segment,
    );
    await withSegments(aac, async (warehouse) => {
      const at120 = await featuresOf(warehouse, 11);
      // Six segments of 20 s of media, 119 s after the first request.
      assert.deepEqual([at120?.['media_seconds'], at120?.['buffer_seconds']], [120, 1]);
      assert.equal(at120?.['video_media_kbps'], (129.6 * (1_003 + 1_005 + 1_007 + 1_009)) / (4 * 20 * 16.2));
    });
  });

  it('count a request that was sent twice as one', async () => {
    const twice = YOUTUBE_LIKE.map((segment, index) =>
      index === 4 ? { ...segment, requestBytes: 2 * segment.requestBytes } : segment,
    );
    await withSegments(twice, async (warehouse) => {
      const [row] = await warehouse.rows(
        "select count(*) filter (kind = 'audio')::integer as audio from session_segments",
      );
      assert.equal(row?.['audio'], 7);
    });
  });

  it('are none if all requests have about the same size', async () => {
    const even = YOUTUBE_LIKE.map((segment, index) => ({ ...segment, requestBytes: 640 + 7 * (index % 5) }));
    await withSegments(even, async (warehouse) => {
      assert.deepEqual(await warehouse.rows('select * from request_classes'), []);
      const features = await featuresOf(warehouse, 20);
      assert.deepEqual(
        [features?.['allprev_video_audio_ratio'], features?.['audio_5_rate_kbps']],
        [null, null],
      );
    });
  });
});
