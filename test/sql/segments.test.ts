import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { TCP_MARKS } from '../../schemas/capture.js';
import { FEATURES } from '../../schemas/features.js';
import { analyseCaptureConfigSchema } from '../../schemas/run-config.js';
import { simulateSession } from '../../simulation/simulate-session.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { type Warehouse } from '../../warehouse/core/warehouse.js';
import { buildFeatureTables } from '../../warehouse/features/build-features.js';
import { registerRun } from '../../warehouse/runs/register-run.js';
import { loadCaptures } from '../load-captures.js';
import { NO_SHARED_DATA, sharedData } from '../shared-data.js';
import { TEST_SESSION } from '../unit/simulation/compare-segments.js';
import { withTestRun } from './test-run.js';

const short = sharedData('pcaps', 'video', 'short_test.pcap');
const quic = sharedData('pcaps', 'video', 'youtube_quic.pcap');

/** Known answers of Traffic Refinery's tests on this file; its window has no closed segment and 882 bytes of a running one. */
it(
  'short_test.pcap: the known answers, in the tables',
  { skip: short === null && NO_SHARED_DATA },
  async () => {
    await withFeatures(short!, async (warehouse) => {
      const [window] = await warehouse.rows('from feat_windows');
      assert.deepEqual([window?.['userPacketCount'], window?.['serverPacketCount']], [4, 3]);
      assert.equal(Number(window?.['userAckFlags']), 4);
      const [packets] = await warehouse.rows(
        `select count_if(tcp_marks & ${TCP_MARKS.acknowledges} <> 0)::integer as samples, count(tcp_rtt_us)::integer as first_samples, max(tcp_rtt_us)::integer as rtt_us from main.packets`,
      );
      // Traffic Refinery takes a second sample of a repeated ACK; Wireshark and userAvgRTT do not.
      assert.deepEqual(packets, { samples: 2, first_samples: 1, rtt_us: 13_233 });
      assert.equal(window?.['userAvgRTT'], 13_233);
      const [segment] = await warehouse.rows(
        'select is_closed, downstream_bytes, protocol, slack_us from session_segments',
      );
      assert.deepEqual(segment, { is_closed: false, downstream_bytes: 882, protocol: 'tcp', slack_us: null });
    });
  },
);

it(
  'a QUIC session: values from TCP headers are null, never 0',
  { skip: quic === null && NO_SHARED_DATA },
  async () => {
    await withFeatures(quic!, async (warehouse) => {
      const names = FEATURES.filter(
        ({ family, group }) => family === 'Tran' && group !== 'bytes per packet',
      ).map(({ name }) => `count("${name}")`);
      const [found] = await warehouse.rows(
        `select count(*)::integer as windows, (${names.join(' + ')})::integer as known, bool_or(is_tcp) as is_tcp from feat_windows`,
      );
      assert.deepEqual(found, { windows: 1, known: 0, is_tcp: false });
    });
  },
);

const jump = sharedData('reports', 'captures', 'cap_ntp_jump_10d.pcap.gz');

/** 2.4 s of packets; then the clock jumps by ten days while two media segments arrive (README of the captures). */
it('a clock that jumps ten days makes two sessions', { skip: jump === null && NO_SHARED_DATA }, async () => {
  await withFeatures(jump!, async (warehouse) => {
    const sessions = await warehouse.rows(
      'select session_id, ((end_us - start_us) / 1e6)::double as seconds, has_media from sessions order by start_us',
    );
    assert.equal(sessions.length, 2);
    for (const { seconds } of sessions) assert.ok(Number(seconds) < 2, String(seconds));
    const [grid] = await warehouse.rows('select count(*)::integer as windows from session_windows');
    assert.deepEqual(grid, { windows: 2 });
    assert.deepEqual(
      await warehouse.rows('select layer, kind, packet_count from main.capture_faults order by all'),
      [
        { layer: 'capture', kind: 'time-jump', packet_count: 1 },
        { layer: 'segment', kind: 'resumed', packet_count: 2 },
      ],
    );
  });
});

/** 215 windows of 10 s are 2,150 s: more microseconds than fit into 32 bits. */
it('sessions and gaps may be longer than 2^31 microseconds', async () => {
  await withTestRun(async (warehouse) => {
    await warehouse.run(
      "insert into main.captures values (1, '', '', 'pcap', 'none', [1], 0, 0, 0, 0, 5000000000, null, null)",
    );
    await warehouse.run(
      "insert into main.flows values (1, 0, 4, 6, '10.0.0.2', '192.0.2.1', 50000, 443, 'syn', 0, 4900000000, 2, 100)",
    );
    for (const [index, second] of [0, 2400, 4900].entries()) {
      await warehouse.run(
        `insert into main.segments values (1, 0, ${index}, ${second}000000, 500, ${second}100000, ${second}200000, 30000, 0, 20, true)`,
      );
    }
    await build(warehouse, '1', { sessionGapSeconds: 3000 });
    const windows = await warehouse.rows(
      'select count(*)::integer as windows, max(end_us)::varchar as end_us from session_windows',
    );
    assert.deepEqual(windows, [{ windows: 491, end_us: '4910000000' }]);
    const [slacks] = await warehouse.rows(
      'select list(slack_us order by request_us) as slacks from session_segments',
    );
    assert.deepEqual(
      (slacks?.['slacks'] as unknown[]).map((slack) => (slack === null ? null : Number(slack))),
      [2_399_800_000, 2_499_800_000, null],
    );
  });
});

/** Windows of 20 s, counted from 1970: those of two sessions 5 s apart overlap, their segments do not. */
it('a segment belongs to one session, even if windows are longer than the gap between sessions', async () => {
  await withTestRun(async (warehouse) => {
    await warehouse.run(
      "insert into main.captures values (1, '', '', 'pcap', 'none', [1], 0, 0, 0, 0, 60000000, null, null)",
    );
    await warehouse.run(
      "insert into main.flows values (1, 0, 4, 6, '10.0.0.2', '192.0.2.1', 50000, 443, 'syn', 0, 60000000, 2, 100)",
    );
    for (const [index, second] of [21, 23, 30, 33].entries()) {
      await warehouse.run(
        `insert into main.segments values (1, 0, ${index}, ${second}000000, 500, ${second}100000, ${second}200000, 30000, 0, 20, true)`,
      );
    }
    await build(warehouse, '1', { sessionGapSeconds: 5, windows: { seconds: 20, align: 'epoch' } });
    assert.deepEqual(
      await warehouse.rows(
        'select session_id, window_index, start_us::varchar as start_us, n_chunks_down from feat_windows order by all',
      ),
      [
        { session_id: 's', window_index: 0, start_us: '20000000', n_chunks_down: 2 },
        { session_id: 's#2', window_index: 0, start_us: '20000000', n_chunks_down: 2 },
      ],
    );
  });
});

/** Sequence numbers that wrap, are repeated after a loss, and are shared with pure ACKs: counted by the definition. */
it('repeats of sequence numbers are equal to a plain count', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-repeats-'));
  try {
    const path = join(folder, 'capture.pcap');
    const loss = { wrapsEarly: true, lossBefore: 0.01, lossAfter: 0.01, reordering: 0.01 };
    writeFileSync(path, simulateSession({ ...TEST_SESSION, ...loss }).capture);
    await withFeatures(path, async (warehouse) => {
      const counts = await warehouse.rows(`
        with numbers as (
          select
            (timestamp_us - own.origin_us) // 10000000 as window_index,
            is_upstream,
            count(*) - 1 as repeats,
            nullif(count_if(payload_length > 0), 0) - 1 as data_repeats
          from main.packets
          join session_flows as own using (capture_id, flow_id)
          where timestamp_us >= own.origin_us and timestamp_us < own.bound_us
          group by window_index, is_upstream, flow_id, tcp_seq
        )
        select
          avg(repeats) filter (is_upstream) as "userAvgRetransmit",
          max(repeats) filter (is_upstream)::integer as "userMaxRetransmit",
          quantile_cont(repeats, 0.5) filter (is_upstream) as "userMedRetransmit",
          avg(data_repeats) filter (not is_upstream) as "serverAvgDataRetransmit",
          max(data_repeats) filter (not is_upstream)::integer as "serverMaxDataRetransmit"
        from numbers group by window_index order by window_index`);
      assert.ok(counts.length >= 5 && counts.some((row) => Number(row['serverMaxDataRetransmit']) > 0));
      const names = Object.keys(counts[0]!).map((name) => `"${name}"`);
      const found = await warehouse.rows(
        `select ${names.join(', ')} from feat_windows order by window_index`,
      );
      assert.deepEqual(found, counts);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function withFeatures(path: string, work: (warehouse: Warehouse) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-segments-'));
  try {
    const warehousePath = join(folder, 'warehouse.duckdb');
    const [captureId = ''] = await loadCaptures(warehousePath, [path], folder);
    await withWarehouse(warehousePath, async (warehouse) => {
      await warehouse.useRun('test');
      await build(warehouse, captureId, {});
      await work(warehouse);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function build(warehouse: Warehouse, captureId: string, options: object): Promise<void> {
  const config = analyseCaptureConfigSchema.parse({ capture: 'c', service: { find: 'assume' }, ...options });
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
}
