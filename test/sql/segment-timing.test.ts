import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readSqlFolder } from '../../warehouse/core/sql-files.js';
import type { SqlRow } from '../../warehouse/core/warehouse.js';
import { withTestRun } from './test-run.js';

/** Seconds; lastByte null: no byte arrived. */
interface Segment {
  readonly flow: number;
  readonly request: number;
  readonly lastByte: number | null;
}

/** Makes tables in place of a run's, then the named models from them. */
async function built(
  statements: readonly string[],
  models: readonly (readonly [folder: string, name: string])[],
  query: string,
): Promise<SqlRow[]> {
  return await withTestRun(async (warehouse) => {
    for (const statement of statements) await warehouse.run(statement);
    for (const [folder, name] of models) {
      const model = readSqlFolder(folder).find((each) => each.name === name);
      await warehouse.run(`create table ${name} as ${model?.sql ?? ''}`, {}, name);
    }
    return await warehouse.rows(query);
  });
}

const us = (seconds: number | null): string => (seconds === null ? 'null' : `${seconds * 1e6}`);

/** The session `s` of these segments, on windows of 10 s from 0, through feat_segment_timing. */
async function timing(segments: readonly Segment[], windows: number): Promise<SqlRow[]> {
  const rows = segments.map(
    ({ flow, request, lastByte }, index) =>
      `('s', ${flow}, ${index}, ${us(request)}, ${us(request)}, ${us(lastByte)}, 1000, ${us(lastByte)}, ${Math.floor(request / 10)}, ${Math.floor((lastByte ?? request) / 10)}, 'small')`,
  );
  return await built(
    [
      `create table session_segments as select * from (values ${rows.join(', ')}) as segment(session_id, flow_id,
        segment_index, request_us, first_byte_us, last_byte_us, downstream_bytes, end_us, request_window_index, end_window_index, role)`,
      `create table session_windows as select 's' as session_id, i as window_index, i as window_number, i * 10000000 as start_us, (i + 1) * 10000000 as end_us from range(${windows}) as grid(i)`,
    ],
    [['30_features', 'feat_segment_timing']],
    'select window_number::integer as window, on_share, overlap_avg from feat_segment_timing order by all',
  );
}

it('gives the share of a window with a download, and the number of other downloads at each request', async () => {
  const rows = await timing(
    [
      { flow: 0, request: 0, lastByte: 8 },
      // Overlaps the first; the third begins when it ends, which is no overlap.
      { flow: 1, request: 5, lastByte: 6 },
      { flow: 2, request: 6, lastByte: 7 },
      // Runs until the third window; no download from 8 s to 12 s.
      { flow: 0, request: 12, lastByte: 25 },
    ],
    4,
  );
  assert.deepEqual(rows, [
    { window: 0, on_share: 0.8, overlap_avg: 2 / 3 },
    { window: 1, on_share: 0.8, overlap_avg: 0 },
    { window: 2, on_share: 0.5, overlap_avg: null },
    { window: 3, on_share: 0, overlap_avg: null },
  ]);
});

it('a segment of a service never ends before its request, even if the clock ran backwards', async () => {
  const rows = await built(
    [
      `insert into main.segments by name select 1 as capture_id, flow_id, 0 as segment_index, 5000000 as request_us, 600 as request_bytes,
        first_us as first_byte_us, last_us as last_byte_us, 1000 as downstream_bytes, 0 as retransmitted_bytes, 1 as downstream_packets, true as is_closed
        from (values (0, 6000000, 8000000), (1, 2000000, 2000000), (2, null, null)) as flow(flow_id, first_us, last_us)`,
      `create table service_flows as select 1::bigint as capture_id, i::uinteger as flow_id, 6 as protocol, 'svc' as service,
        'tls' as provenance, 'cdn.video.example' as evidence, 'c' as client_address, 'd' as server_address from range(3) as flow(i)`,
    ],
    [['20_staging', 'service_segments']],
    'select flow_id::integer as flow, end_us::bigint as end_us from service_segments order by all',
  );
  assert.deepEqual(rows, [
    { flow: 0, end_us: '8000000' },
    { flow: 1, end_us: '5000000' },
    { flow: 2, end_us: '5000000' },
  ]);
});
