import assert from 'node:assert/strict';
import { it } from 'node:test';
import { buildFeatures, registerRun } from '../../warehouse/build-run.js';
import { withTestRun } from './test-run.js';

const SEGMENTS = 600;
const PACKETS_A_SEGMENT = 10;
const MINUTE_US = 60_000_000;
const LAST_US = (SEGMENTS * PACKETS_A_SEGMENT - 1) * MINUTE_US;

/** A player that asks for something every ten minutes, for four days; a packet of 1,000 bytes every minute. */
const ROWS = [
  `insert into main.flows by name select 1 as capture_id, 0 as flow_id, 4 as ip_version, 6 as protocol, '10.0.0.2' as client_address,
    '192.0.2.1' as server_address, 1 as client_port, 443 as server_port, 'syn' as client_basis, 0 as first_us, ${LAST_US} as last_us,
    ${SEGMENTS * PACKETS_A_SEGMENT} as packet_count, ${SEGMENTS * PACKETS_A_SEGMENT * 1000} as wire_bytes`,
  `insert into main.segments by name select 1 as capture_id, 0 as flow_id, i as segment_index,
    i * ${PACKETS_A_SEGMENT * MINUTE_US} as request_us, 600 as request_bytes, request_us + 1000 as first_byte_us,
    request_us + ${9 * MINUTE_US} as last_byte_us, 30000 as downstream_bytes, 0 as retransmitted_bytes, 9 as downstream_packets,
    true as is_closed from range(${SEGMENTS}) as segment(i)`,
  `insert into main.packets by name select 1 as capture_id, i as packet_index, i * ${MINUTE_US} as timestamp_us, 1000 as wire_length,
    1000 as captured_length, 0 as flow_id, i % ${PACKETS_A_SEGMENT} = 0 as is_upstream, 900 as payload_length, 16 as tcp_flags,
    i as tcp_seq, 0 as tcp_ack, 5 as tcp_window, 16 as tcp_marks from range(${SEGMENTS * PACKETS_A_SEGMENT}) as packet(i)`,
  `insert into main.captures by name select 1 as capture_id, 'h' as content_hash, 'd' as decoder, 'pcap' as format, 'none' as compression, [1] as link_types,
    ${SEGMENTS * PACKETS_A_SEGMENT} as packet_count, 1 as wire_bytes, 1 as captured_bytes, 0 as first_us, ${LAST_US} as last_us`,
];

// There are 36,000 windows: what lets each meet each makes 1.3 thousand million pairs of this, most of a minute.
it('a session of days, mostly idle, has all its windows, and their traffic is that of its packets', async () => {
  await withTestRun(async (warehouse) => {
    for (const statement of ROWS) await warehouse.run(statement);
    const source = {
      ...{ captureId: '1', sessionId: 's', captureName: 'c', site: null, videoId: null, homeId: null },
      resolutionPx: null,
    };
    await registerRun(warehouse, { runId: 'test', config: {}, simulated: false }, [source]);
    const built = await buildFeatures(
      warehouse,
      'test',
      {
        windows: { seconds: 10, align: 'session', lengths: 'wire' },
        service: { find: 'assume', minNamedShare: 0.5, assumedName: 'assumed', rules: null },
        sessionGapSeconds: 3600,
      },
      [],
      () => undefined,
    );
    // From the first request to the last byte, both included.
    assert.equal(built['feat_windows'], LAST_US / 10_000_000 + 1);
    const [sums] = await warehouse.rows(`
      select
        sum(total_throughput_up * 10 * 1000 / 8)::integer as up,
        sum(total_throughput_down * 10 * 1000 / 8)::integer as down,
        sum("serverPacketCount")::integer as packets,
        max(cumsum_chunksizes)::integer as bytes
      from feat_windows`);
    assert.deepEqual(sums, {
      up: SEGMENTS * 1000,
      down: SEGMENTS * (PACKETS_A_SEGMENT - 1) * 1000,
      packets: SEGMENTS * (PACKETS_A_SEGMENT - 1),
      bytes: SEGMENTS * 30_000,
    });
  });
});
