import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { SqlRow, Warehouse } from '../../../warehouse/core/warehouse.js';
import { buildFeatureTables } from '../../../warehouse/features/build-features.js';
import { registerRun } from '../../../warehouse/runs/register-run.js';
import { withTestRun } from '../../sql/test-run.js';

const MINUTE_US = 60_000_000;

interface Traffic {
  /** One TCP flow for each client, all from time 0 to `lastUs`. */
  readonly clients: number;
  readonly lastUs: number;
  readonly packets: number;
  readonly segments: number;
  /** Expressions of `i`, the number of a segment or packet. */
  readonly requestUs: string;
  readonly packetUs: string;
  readonly isUpstream: string;
}

/** The rows of a capture as its decoder would make them; packets of 1,000 bytes, segments of 30 kB that take 9 minutes or 1 s. */
function rowsOf({
  clients,
  lastUs,
  packets,
  segments,
  requestUs,
  packetUs,
  isUpstream,
}: Traffic): readonly string[] {
  return [
    `insert into main.flows by name select 1 as capture_id, i as flow_id, 4 as ip_version, 6 as protocol,
      '10.0.' || i // 256 || '.' || i % 256 as client_address, '192.0.2.1' as server_address, 1 as client_port,
      443 as server_port, 'syn' as client_basis, 0 as first_us, ${lastUs} as last_us, 1 as packet_count, 1000 as wire_bytes
      from range(${clients}) as flow(i)`,
    `insert into main.segments by name select 1 as capture_id, i % ${clients} as flow_id, i // ${clients} as segment_index,
      ${requestUs} as request_us, 600 as request_bytes, request_us + 1000 as first_byte_us,
      least(request_us + ${clients === 1 ? 9 * MINUTE_US : 1_000_000}, ${lastUs}) as last_byte_us, 30000 as downstream_bytes,
      0 as retransmitted_bytes, 9 as downstream_packets, true as is_closed from range(${segments}) as segment(i)`,
    `insert into main.packets by name select 1 as capture_id, i as packet_index, ${packetUs} as timestamp_us, 1000 as wire_length,
      1000 as captured_length, i % ${clients} as flow_id, ${isUpstream} as is_upstream, 900 as payload_length, 16 as tcp_flags,
      i as tcp_seq, 0 as tcp_ack, 5 as tcp_window, 16 as tcp_marks from range(${packets}) as packet(i)`,
    `insert into main.captures by name select 1 as capture_id, 'h' as content_hash, 'd' as decoder, 'pcap' as format,
      'none' as compression, [1] as link_types, ${packets} as packet_count, 1 as wire_bytes, 1 as captured_bytes,
      0 as first_us, ${lastUs} as last_us`,
  ];
}

async function withFeatures(
  traffic: Traffic,
  work: (warehouse: Warehouse, windows: number) => Promise<void>,
): Promise<void> {
  await withTestRun(async (warehouse) => {
    for (const statement of rowsOf(traffic)) await warehouse.run(statement);
    const source = {
      ...{ captureId: '1', sessionId: 's', captureName: 'c', site: null, videoId: null, homeId: null },
      resolutionPx: null,
    };
    await registerRun(warehouse, { runId: 'test', config: {}, simulated: false }, [source]);
    const settings = {
      windows: { seconds: 10, align: 'session', lengths: 'wire' },
      service: { find: 'assume', minNamedShare: 0.5, assumedName: 'assumed', rules: null },
      sessionGapSeconds: 3600,
    } as const;
    const built = await buildFeatureTables(warehouse, 'test', settings, [], () => undefined);
    await work(warehouse, built['feat_windows'] ?? 0);
  });
}

// There are 36,000 windows: a join of each with each would have 1.3 thousand million pairs and take most of a minute.
it('a session of days, mostly idle, has all its windows, with the traffic of its packets', async () => {
  const lastUs = 5999 * MINUTE_US;
  const traffic = {
    ...{ clients: 1, lastUs, packets: 6000, segments: 600 },
    ...{ requestUs: `i * ${10 * MINUTE_US}`, packetUs: `i * ${MINUTE_US}`, isUpstream: 'i % 10 = 0' },
  };
  await withFeatures(traffic, async (warehouse, windows) => {
    // From the first request to the last byte, both inclusive.
    assert.equal(windows, lastUs / 10_000_000 + 1);
    const [sums] = await warehouse.rows(`
      select
        sum(total_throughput_up * 10 * 1000 / 8)::integer as up,
        sum(total_throughput_down * 10 * 1000 / 8)::integer as down,
        sum("serverPacketCount")::integer as packets,
        max(cumsum_chunksizes)::integer as bytes
      from feat_windows`);
    assert.deepEqual(sums, { up: 600_000, down: 5_400_000, packets: 5400, bytes: 600 * 30_000 });
  });
});

it('windows of many clients that begin close together have the same traffic as if each is counted alone', async () => {
  const traffic = {
    ...{ clients: 400, lastUs: 60_000_000, packets: 50_000, segments: 4400 },
    ...{ requestUs: '(i % 400) * 24_681 + (i // 400) * 5_000_000', packetUs: 'i * 1200 + i % 7' },
    isUpstream: 'i % 3 = 0',
  };
  const wrong = (warehouse: Warehouse): Promise<SqlRow[]> =>
    warehouse.rows(`
      select session_id, window_index, total_throughput_up, total_throughput_down, counted.*
      from session_windows as grid
      join feat_windows using (session_id, window_index)
      join lateral (
        select count_if(is_upstream) * 0.8 as up, count_if(not is_upstream) * 0.8 as down
        from main.packets
        where timestamp_us >= grid.start_us and timestamp_us < grid.end_us
      ) as counted on true
      where abs(total_throughput_up - up) > 1e-9 or abs(total_throughput_down - down) > 1e-9
      limit 3`);
  await withFeatures(traffic, async (warehouse, windows) => {
    assert.equal(windows, 400 * 6);
    assert.deepEqual(await wrong(warehouse), []);
    // Borders are 25 ms apart: slots are shorter than a second here.
    const [bits] = await warehouse.rows("select getvariable('slot_bits')::integer as bits");
    assert.equal(bits?.['bits'], 14);
  });
});
