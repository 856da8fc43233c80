import assert from 'node:assert/strict';
import test from 'node:test';
import { chunked, collect } from '../collect.js';
import { concat, hex, ipv4, LINKTYPE_RAW, pcap, tcp, udp } from '../frames.js';

const WAY = { from: '10.0.0.2', to: '192.0.2.1', fromPort: 50_000, toPort: 443 };

async function decodeOne(frame: Uint8Array, snapLength?: number) {
  const { summary, packets } = await collect(chunked(pcap(LINKTYPE_RAW, [frame], snapLength)));
  return {
    row: packets[0]!,
    faults: summary.faults.map(({ layer, kind }) => `${layer} ${kind}`),
    flows: summary.flows,
  };
}

test('TCP fields, and the payload length from the IP header although the capture is cut', async () => {
  const frame = tcp(WAY, { seq: 0xfedcba98, ack: 0x89abcdef, flags: 0x1c2, length: 1400, window: 65_535 });
  const { row, faults } = await decodeOne(frame, 54);
  assert.deepEqual(faults, []);
  assert.equal(row.payload_length, 1400);
  assert.equal(row.captured_length, 54);
  assert.equal(row.wire_length, 1440);
  assert.equal(row.tcp_seq, 0xfedcba98);
  assert.equal(row.tcp_ack, 0x89abcdef);
  assert.equal(row.tcp_flags, 0x1c2);
  assert.equal(row.tcp_window, 65_535);
});

test('a total length of 0 means up to the end of the frame on the wire', async () => {
  const segment = tcp(WAY, { length: 3000 });
  new DataView(segment.buffer).setUint16(2, 0);
  const { row } = await decodeOne(segment, 60);
  assert.equal(row.payload_length, 3000);
});

test('a TCP header cut after its ports keeps them', async () => {
  const { row, faults, flows } = await decodeOne(tcp(WAY, { seq: 7, length: 10 }), 30);
  assert.deepEqual(faults, ['tcp truncated']);
  assert.deepEqual([flows[0]?.clientPort, flows[0]?.serverPort], [50_000, 443]);
  assert.deepEqual([row.tcp_seq, row.payload_length], [0, 0]);
});

test('a TCP data offset beyond the packet is refused', async () => {
  const frame = tcp(WAY, { length: 0 });
  frame[32] = 0xf0;
  assert.deepEqual((await decodeOne(frame)).faults, ['tcp bad-data-offset']);
});

test('a later fragment has no ports; all its content is payload', async () => {
  const fragment = ipv4(WAY.from, WAY.to, 17, new Uint8Array(100), { fragmentOffset: 1480 });
  const { row, faults, flows } = await decodeOne(fragment);
  assert.deepEqual(faults, ['ipv4 later-fragment']);
  assert.deepEqual([flows[0]?.clientPort, flows[0]?.serverPort, row.payload_length], [0, 0, 100]);
});

test('a protocol other than TCP and UDP has a flow, and is counted', async () => {
  const { faults, flows } = await decodeOne(ipv4(WAY.from, WAY.to, 132, new Uint8Array(30)));
  assert.deepEqual(faults, ['transport protocol-132']);
  assert.equal(flows[0]?.protocol, 132);
});

const IPV6_ADDRESSES = '20010db8000000000000000000000001 20010db8000000000000000000000002';

test('IPv6 extension headers: hop-by-hop, authentication, first fragment, UDP', async () => {
  const headers = concat([
    hex('60000000 002d 00 40'),
    hex(IPV6_ADDRESSES),
    hex('33 00 000000000000'),
    hex('2c 01 0000 00000000 00000000'),
    hex('11 00 0001 00000000'),
    hex('c350 01bb 0019 0000'),
    new Uint8Array(9),
  ]);
  const { row, faults, flows } = await decodeOne(headers);
  assert.deepEqual(faults, []);
  assert.equal(row.payload_length, 9);
  assert.equal(flows[0]?.clientAddress, '2001:db8::1');
  assert.equal(flows[0].serverPort, 443);
});

test('an IPv6 extension header cut off leaves the flow without a transport layer', async () => {
  const { faults, flows } = await decodeOne(
    concat([hex('60000000 0008 00 40'), hex(IPV6_ADDRESSES), hex('11')]),
  );
  assert.deepEqual(faults, ['ipv6 truncated-extension']);
  assert.equal(flows[0]?.serverAddress, '2001:db8::2');
});

test('UDP payload excludes bytes that the link layer added after the packet', async () => {
  const padded = concat([udp(WAY, new Uint8Array(3)), new Uint8Array(15)]);
  const { row } = await decodeOne(padded);
  assert.equal(row.payload_length, 3);
});
