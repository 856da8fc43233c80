import assert from 'node:assert/strict';
import { it } from 'node:test';
import { z } from 'zod';
import { serviceRuleSchema } from '../../schemas/services.js';
import { writeServiceRules } from '../../warehouse/captures/service-rules.js';
import { serviceShares, serviceWarnings } from '../../warehouse/captures/service-shares.js';
import { buildModels, runChecks } from '../../warehouse/core/run-models.js';
import type { SqlRow, Warehouse } from '../../warehouse/core/warehouse.js';
import { registerRun } from '../../warehouse/runs/register-run.js';
import { withTestRun } from './test-run.js';

const RULES = z.array(serviceRuleSchema).parse([
  { service: 'films', domains: ['films.example'], prefixes: ['198.51.100.0/24', '2001:db8:f::/48'] },
  { service: 'clips', patterns: ['(^|-)clips[.]'], prefixes: ['198.51.100.128/25'] },
]);

interface FlowRow {
  readonly server: string;
  readonly client?: string;
  /** First and last packet, in seconds. */
  readonly from?: number;
  readonly to?: number;
  readonly port?: number;
  readonly protocol?: number;
  readonly bytes?: number;
  /** Name in the flow's own hello. */
  readonly hello?: string;
  readonly helloProtocol?: string;
  readonly encrypted?: boolean;
  /** Sizes of its segments, one every 20 s. */
  readonly segments?: readonly number[];
}

interface DnsRow {
  readonly asked: string;
  readonly at: number;
  readonly id?: number;
  readonly client?: string;
  readonly resolver?: string;
  /** Answer records: name, type, data. Absent: a query. */
  readonly answers?: readonly (readonly [string, string, string])[];
}

/** Builds the service tables from the given rows, checks them, and runs a query on them. */
async function query(
  input: { flows?: readonly FlowRow[]; dns?: readonly DnsRow[]; find?: string },
  sql: string,
): Promise<SqlRow[]> {
  return await withTestRun(async (warehouse) => {
    await build(warehouse, input);
    return await warehouse.rows(sql);
  });
}

async function build(
  warehouse: Warehouse,
  { flows = [], dns = [], find = 'named' }: Parameters<typeof query>[0],
): Promise<void> {
  for (const [flowId, flow] of flows.entries()) {
    const { server, client = '10.0.0.2', from = 0, to = 1000, port = 443, protocol = 6, bytes = 100 } = flow;
    for (const [index, size] of (flow.segments ?? []).entries())
      await warehouse.run(
        `insert into main.segments values (1, ${flowId}, ${index}, ${index * 20e6}, 500, ${index * 20e6 + 1000}, ${index * 20e6 + 2000}, ${size}, 0, 60, true)`,
      );
    await warehouse.run(
      `insert into main.flows values (1, ${flowId}, ${server.includes(':') ? 6 : 4}, ${protocol}, '${client}', '${server}', 50000, ${port}, 'syn', ${from * 1e6}, ${to * 1e6}, 1, ${bytes})`,
    );
    const { hello, helloProtocol = 'tls', encrypted = false } = flow;
    if (hello !== undefined)
      await warehouse.run(
        `insert into main.server_names values (1, ${flowId}, 5, ${from * 1e6}, '${helloProtocol}', '', '${hello}', ${encrypted})`,
      );
  }
  for (const [index, message] of dns.entries()) {
    const { asked, at, id = 7, client = '10.0.0.2', resolver = '10.0.0.1', answers } = message;
    await warehouse.run(
      `insert into main.dns_messages values (1, ${index}, ${at * 1e6}, '${client}', '${resolver}', ${id}, ${answers !== undefined}, '${asked}', 'A', 'NOERROR')`,
    );
    for (const [name, type, data] of answers ?? [])
      await warehouse.run(
        `insert into main.dns_answers values (1, ${index}, ${at * 1e6}, '${client}', ${id}, '${asked}', '${name}', '${type}', '${data}', 60)`,
      );
  }
  await warehouse.run(
    "insert into main.captures values (1, '', '', 'pcap', 'none', [1], 0, 0, 0, 0, 0, null, null)",
  );
  await registerRun(warehouse, { runId: 'test', config: {}, simulated: false }, [
    {
      captureId: '1',
      sessionId: 's',
      captureName: 's',
      site: null,
      videoId: null,
      homeId: null,
      resolutionPx: null,
    },
  ]);
  await writeServiceRules(warehouse, RULES);
  const params = {
    run_id: 'test',
    find_service: find,
    min_named_share: 0.5,
    assumed_service: 'assumed-443',
    session_gap_seconds: 60,
    window_seconds: 10,
    align: 'session',
    lengths: 'wire',
    media_bytes: 20_000,
  };
  const rows = await buildModels(warehouse, ['20_staging'], params);
  const done = await runChecks(warehouse, 'test', Object.keys(rows), params);
  for (const check of ['flow_services_complete', 'service_flows_key', 'service_bytes_sum'])
    assert.ok(done.includes(`assert_${check}`));
}

const FLOW_SERVICES = 'select service, provenance, evidence from flow_services order by flow_id';
const dnsAnswer = (asked: string, at: number, address: string, rest: Partial<DnsRow> = {}): DnsRow => ({
  asked,
  at,
  answers: [[asked, 'A', address]],
  ...rest,
});
const FILMS = { service: 'films', provenance: 'dns', evidence: 'a.films.example' };
const NONE = { service: null, provenance: null, evidence: null };
const SERVER = '203.0.113.5';

it('matches an answer with its query by client, resolver, id, name and time', async () => {
  const rows = await query(
    {
      dns: [
        { asked: 'a.films.example', at: 1 },
        { asked: 'a.films.example', at: 2 },
        dnsAnswer('a.films.example', 3, SERVER),
        dnsAnswer('a.films.example', 4, SERVER, { id: 8 }),
        dnsAnswer('a.films.example', 4, SERVER, { client: '10.0.0.3' }),
        dnsAnswer('a.films.example', 4, SERVER, { resolver: '10.0.0.9' }),
        dnsAnswer('b.films.example', 4, SERVER),
        dnsAnswer('a.films.example', 32, SERVER),
        dnsAnswer('a.films.example', 33, SERVER),
        dnsAnswer('a.films.example', 0, SERVER),
      ],
    },
    'select packet_index, query_packet_index, (query_us // 1000000)::integer as query_second from dns_responses order by packet_index',
  );
  const unpaired = { query_packet_index: null, query_second: null };
  assert.deepEqual(rows, [
    { packet_index: 2, query_packet_index: 1, query_second: 2 },
    ...[3, 4, 5, 6].map((packet_index) => ({ packet_index, ...unpaired })),
    { packet_index: 7, query_packet_index: 1, query_second: 2 },
    ...[8, 9].map((packet_index) => ({ packet_index, ...unpaired })),
  ]);
});

it('gives an address the names of its whole CNAME chain, also if it is a circle', async () => {
  const rows = await query(
    {
      flows: [{ server: SERVER }, { server: '203.0.113.6' }],
      dns: [
        {
          asked: 'www.unknown.example',
          at: 0,
          answers: [
            ['edge.cdn.example', 'A', SERVER],
            ['www.unknown.example', 'CNAME', 'front.films.example'],
            ['front.films.example', 'CNAME', 'edge.cdn.example'],
            ['edge.cdn.example', 'CNAME', 'front.films.example'],
            ['other.example', 'A', '203.0.113.6'],
          ],
        },
      ],
    },
    'select server_address, name from dns_names order by all',
  );
  assert.deepEqual(
    rows.map((row) => [row['server_address'], row['name']]),
    [
      [SERVER, 'edge.cdn.example'],
      [SERVER, 'front.films.example'],
      [SERVER, 'www.unknown.example'],
      ['203.0.113.6', 'other.example'],
      ['203.0.113.6', 'www.unknown.example'],
    ],
  );
});

it('uses an answer from its time on: the latest before a flow, else the first during it', async () => {
  const dns = [
    dnsAnswer('a.films.example', 100, SERVER),
    dnsAnswer('hd-clips.example', 200, SERVER),
    dnsAnswer('www.unknown.example', 300, SERVER),
  ];
  const flows = [
    [10, 99],
    [10, 100],
    [10, 250],
    [150, 400],
    [250, 400],
    [300, 400],
  ].map(([from, to]) => ({ server: SERVER, from: from!, to: to! }));
  assert.deepEqual(await query({ flows, dns }, FLOW_SERVICES), [
    NONE,
    FILMS,
    FILMS,
    FILMS,
    { service: 'clips', provenance: 'dns', evidence: 'hd-clips.example' },
    NONE,
  ]);
});

it('names flows by answers to their own client first, then by those to other clients', async () => {
  const dns = [
    dnsAnswer('a.films.example', 1, SERVER, { client: '10.0.0.3' }),
    dnsAnswer('www.unknown.example', 2, SERVER, { client: '10.0.0.2' }),
  ];
  const flows = ['10.0.0.2', '10.0.0.3', '10.0.0.4'].map((client) => ({ server: SERVER, client, from: 5 }));
  assert.deepEqual(await query({ flows, dns: dns.slice(0, 1) }, FLOW_SERVICES), [
    { ...FILMS, provenance: 'dns-other' },
    FILMS,
    { ...FILMS, provenance: 'dns-other' },
  ]);
  assert.deepEqual(await query({ flows, dns }, FLOW_SERVICES), [NONE, FILMS, NONE]);
});

it('uses own name, DNS and prefix in this order; an unknown own name excludes the others', async () => {
  const inside = '198.51.100.7';
  const dns = [dnsAnswer('hd-clips.example', 0, inside)];
  const flows: FlowRow[] = [
    { server: inside, hello: 'x.films.example', helloProtocol: 'quic' },
    { server: inside },
    { server: '198.51.100.8' },
    { server: inside, hello: 'www.unknown.example' },
    { server: inside, hello: 'cover.example', encrypted: true },
    { server: SERVER },
    { server: '198.51.100.8', protocol: 1 },
  ];
  const dnsClips = { service: 'clips', provenance: 'dns', evidence: 'hd-clips.example' };
  assert.deepEqual(await query({ flows, dns }, FLOW_SERVICES), [
    { service: 'films', provenance: 'quic', evidence: 'x.films.example' },
    dnsClips,
    { service: 'films', provenance: 'prefix', evidence: '198.51.100.0/24' },
    NONE,
    dnsClips,
    NONE,
  ]);
  assert.deepEqual(
    await query({ flows, dns, find: 'dns' }, FLOW_SERVICES),
    [dnsClips, dnsClips, NONE, dnsClips, dnsClips, NONE],
    'by DNS alone',
  );
});

it('matches a domain and its subdomains, not other names with the same end', async () => {
  const hellos = [
    'films.example',
    'a.b.films.example',
    'notfilms.example',
    'films.example.org',
    'clips.example',
  ];
  const flows = hellos.map((hello) => ({ server: SERVER, hello }));
  const rows = await query({ flows }, 'select service from flow_services order by flow_id');
  assert.deepEqual(
    rows.map((row) => row['service']),
    ['films', 'films', null, null, 'clips'],
  );
});

it('finds addresses in IPv4 and IPv6 prefixes; of two rules the first counts', async () => {
  const servers = [
    '198.51.99.255',
    '198.51.100.0',
    '198.51.100.200',
    '198.51.101.0',
    '2001:db8:e:ffff:ffff:ffff:ffff:ffff',
    '2001:db8:f::',
    '2001:db8:f:1::2',
    '2001:db8:f:ffff:ffff:ffff:ffff:ffff',
    '2001:db8:10::',
    '::1',
    '::',
    'fe80::',
  ];
  const rows = await query(
    { flows: servers.map((server) => ({ server })) },
    'select server_address from flow_services where service = $$films$$ order by flow_id',
  );
  assert.deepEqual(
    rows.map((row) => row['server_address']),
    [
      '198.51.100.0',
      '198.51.100.200',
      '2001:db8:f::',
      '2001:db8:f:1::2',
      '2001:db8:f:ffff:ffff:ffff:ffff:ffff',
    ],
  );
});

it('reports mapped and unmapped bytes, and assumes a service only if configured, or if named flows do not carry the media', async () => {
  const unnamed: FlowRow[] = [
    { server: SERVER, hello: 'a.films.example', bytes: 100, segments: [40_000] },
    { server: '203.0.113.9', bytes: 500, segments: [90_000, 90_000, 90_000] },
    { server: SERVER, port: 80, bytes: 200 },
    { server: SERVER, port: 53, protocol: 17, bytes: 200 },
  ];
  const shares = async (find: string, flows: readonly FlowRow[] = unnamed) =>
    await withTestRun(async (warehouse) => {
      await build(warehouse, { flows, find });
      const rows = await serviceShares(warehouse);
      return {
        shares: rows.map(({ service, provenance, wireBytes, share }) => [
          service,
          provenance,
          wireBytes,
          share,
        ]),
        warnings: (await serviceWarnings(warehouse)).length,
      };
    });
  assert.deepEqual(await shares('named'), {
    shares: [
      [null, 'unmapped', 900, 0.9],
      ['films', 'tls', 100, 0.1],
    ],
    warnings: 1,
  });
  const assumed = {
    shares: [
      ['assumed-443', 'assumed', 600, 0.6],
      [null, 'unmapped', 400, 0.4],
    ],
    warnings: 1,
  };
  assert.deepEqual(await shares('assume'), assumed);
  assert.deepEqual(await shares('auto'), assumed, 'the server with the media has no name');
  // A download of many bytes on one server is not media; segments that recur on the named one are.
  const named: FlowRow[] = [
    { server: SERVER, hello: 'a.films.example', bytes: 100, segments: [90_000, 90_000, 90_000, 90_000] },
    { server: '203.0.113.9', bytes: 500, segments: [900_000] },
    ...unnamed.slice(2),
  ];
  assert.deepEqual((await shares('auto', named)).shares, [
    [null, 'unmapped', 900, 0.9],
    ['films', 'tls', 100, 0.1],
  ]);
});

it('makes the tables of a capture without flows', async () => {
  assert.deepEqual(await query({}, 'select * from service_bytes'), []);
});
