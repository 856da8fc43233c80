import assert from 'node:assert/strict';
import test from 'node:test';
import ipaddr from 'ipaddr.js';
import type { ClientBasis } from '../../../../schemas/capture.js';
import { chunked, collect } from '../collect.js';
import { ipv4, LINKTYPE_RAW, pcap, reversed, tcp, udp, type Endpoints } from '../frames.js';

const SYN = 0x02;
const SYN_ACK = 0x12;
const HOME = '192.168.1.5';
const PUBLIC = '192.0.2.1';
const OTHER_PUBLIC = '198.51.100.7';

const way = (from: string, fromPort: number, to: string, toPort: number): Endpoints => ({
  from,
  fromPort,
  to,
  toPort,
});
const data = (endpoints: Endpoints) => tcp(endpoints, { length: 5 });

const CASES: [name: string, frame: Uint8Array, client: string, basis: ClientBasis][] = [
  ['SYN', tcp(way(PUBLIC, 443, HOME, 9), { flags: SYN }), PUBLIC, 'syn'],
  ['SYN-ACK', tcp(way(PUBLIC, 443, HOME, 9), { flags: SYN_ACK }), HOME, 'syn'],
  ['service port of the receiver', data(way(HOME, 50_000, PUBLIC, 443)), HOME, 'port'],
  ['service port of the sender', data(way(PUBLIC, 8443, HOME, 50_000)), HOME, 'port'],
  ['a service port has priority over a low port', data(way(PUBLIC, 8080, HOME, 21)), HOME, 'port'],
  ['low port', data(way(PUBLIC, 993, OTHER_PUBLIC, 50_000)), OTHER_PUBLIC, 'port'],
  ['private address', data(way(PUBLIC, 5000, HOME, 6000)), HOME, 'address'],
  ['two service ports: private address', data(way(PUBLIC, 443, HOME, 80)), HOME, 'address'],
  [
    'no other hint: sender of the first packet',
    data(way(PUBLIC, 5000, OTHER_PUBLIC, 6000)),
    PUBLIC,
    'first-packet',
  ],
  ['no ports', ipv4(PUBLIC, HOME, 1, new Uint8Array(8)), HOME, 'address'],
];

for (const [name, frame, client, basis] of CASES) {
  test(`client: ${name}`, async () => {
    const { flows } = (await collect(chunked(pcap(LINKTYPE_RAW, [frame])))).summary;
    assert.deepEqual([flows[0]?.clientAddress, flows[0]?.clientBasis], [client, basis]);
  });
}

test('both directions are one flow; flows are numbered in order of appearance; sums are correct', async () => {
  const first = way(HOME, 50_000, PUBLIC, 443);
  const second = way(HOME, 50_001, PUBLIC, 443);
  const frames = [
    data(first),
    data(second),
    data(reversed(first)),
    udp(first, new Uint8Array(5)),
    data(first),
  ];
  const { summary, packets } = await collect(chunked(pcap(LINKTYPE_RAW, frames)));
  assert.deepEqual(
    packets.map((row) => [row.flow_id, row.is_upstream]),
    [
      [0, 1],
      [1, 1],
      [0, 0],
      [2, 1],
      [0, 1],
    ],
  );
  assert.deepEqual(summary.flows[0], {
    flowId: 0,
    ipVersion: 4,
    protocol: 6,
    clientAddress: HOME,
    serverAddress: PUBLIC,
    clientPort: 50_000,
    serverPort: 443,
    clientBasis: 'port',
    firstUs: 1_000_000,
    lastUs: 5_000_000,
    packets: 3,
    wireBytes: 135,
  });
});

test('a later SYN does not swap client and server', async () => {
  const guess = way(PUBLIC, 5000, OTHER_PUBLIC, 6000);
  const frames = [data(guess), tcp(reversed(guess), { flags: SYN })];
  const { summary, packets } = await collect(chunked(pcap(LINKTYPE_RAW, frames)));
  assert.equal(summary.flows[0]?.clientBasis, 'first-packet');
  assert.deepEqual(
    packets.map((row) => row.is_upstream),
    [1, 0],
  );
});

test('twenty thousand flows, each seen twice', async () => {
  const ways = Array.from({ length: 20_000 }, (_, i) =>
    way(`10.0.${i >> 8}.${i & 255}`, 1024 + (i % 7), PUBLIC, i % 2 === 0 ? 443 : 80),
  );
  const frames = [...ways.map(data), ...ways.map((each) => data(reversed(each)))];
  const { summary, packets } = await collect(chunked(pcap(LINKTYPE_RAW, frames)), { batchRows: 3000 });
  assert.equal(summary.flows.length, 20_000);
  packets.forEach((row, i) => {
    assert.equal(row.flow_id, i % 20_000);
    assert.equal(row.is_upstream, i < 20_000 ? 1 : 0);
  });
});

/** An IPv6 packet (RFC 8200) whose payload begins with the ports. */
function ipv6(from: string, fromPort: number, to: string, toPort: number): Uint8Array {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x60);
  view.setUint16(4, 8);
  view.setUint8(6, 17);
  bytes.set(ipaddr.parse(from).toByteArray(), 8);
  bytes.set(ipaddr.parse(to).toByteArray(), 24);
  view.setUint16(40, fromPort);
  view.setUint16(42, toPort);
  view.setUint16(44, 8);
  return bytes;
}

test('flows differ by the last bit of an address, by IP version, and by the side of each port', async () => {
  const ports = way('10.0.0.1', 7000, '10.0.0.1', 7001);
  const frames = [
    ipv6('2001:db8::1', 9000, '2001:db8::2', 443),
    ipv6('2001:db8::1', 9000, '2001:db8::3', 443),
    // The same first four bytes of both addresses, and the same ports, as the first packet.
    udp(way('32.1.13.184', 9000, '32.1.13.184', 443), new Uint8Array(0)),
    ipv6('2001:db8::2', 443, '2001:db8::1', 9000),
    ipv6('2001:db8::1', 443, '2001:db8::2', 9000),
    udp(ports, new Uint8Array(0)),
    udp(reversed(ports), new Uint8Array(0)),
    ipv6('2001:db8::3', 443, '2001:db8::1', 9000),
  ];
  const { summary, packets } = await collect(chunked(pcap(LINKTYPE_RAW, frames)));
  assert.deepEqual(
    packets.map((row) => [row.flow_id, row.is_upstream]),
    [
      [0, 1],
      [1, 1],
      [2, 1],
      [0, 0],
      [3, 0],
      [4, 1],
      [4, 0],
      [1, 0],
    ],
  );
  assert.deepEqual(
    summary.flows.map((flow) => [flow.clientAddress, flow.clientPort, flow.serverAddress, flow.serverPort]),
    [
      ['2001:db8::1', 9000, '2001:db8::2', 443],
      ['2001:db8::1', 9000, '2001:db8::3', 443],
      ['32.1.13.184', 9000, '32.1.13.184', 443],
      ['2001:db8::2', 9000, '2001:db8::1', 443],
      ['10.0.0.1', 7000, '10.0.0.1', 7001],
    ],
  );
});
