import assert from 'node:assert/strict';
import test from 'node:test';
import { chunked, collect } from '../collect.js';
import { concat, hex, ipv4, LINKTYPE_RAW, pcap, tcp, udp } from '../frames.js';

// Header stacks that can be decoded are compared with tshark: test/golden/capture/stacks.pcap.

const FROM = '192.0.2.1';
const TO = '192.0.2.2';
const INNER = tcp({ from: '10.0.0.2', to: '10.0.0.3', fromPort: 50_000, toPort: 443 }, { length: 77 });
const IP_IN_IP = 4;
const GRE = 47;
const MACS = '020000000001 020000000002';
const VXLAN = '08000000 00002a00';

function inUdp(port: number, ...parts: (string | Uint8Array)[]): Uint8Array {
  const payload = concat(parts.map((part) => (typeof part === 'string' ? hex(part) : part)));
  return udp({ from: FROM, to: TO, fromPort: 40_000, toPort: port }, payload);
}

async function decodeOne(frame: Uint8Array, snapLength?: number) {
  const { summary, packets } = await collect(chunked(pcap(LINKTYPE_RAW, [frame], snapLength)));
  return {
    row: packets[0]!,
    faults: summary.faults.map(({ layer, kind, packets: count }) => `${layer} ${kind} ${count}`),
    flow: summary.flows[0]!,
  };
}

/** Frames whose inner packet cannot be read: the outer headers are used, and the reason is counted. */
const UNREAD: [name: string, frame: Uint8Array, fault: string, protocol: number][] = [
  ['GRE header cut', ipv4(FROM, TO, GRE, hex('2000')), 'gre truncated 1', GRE],
  ['GRE key cut', ipv4(FROM, TO, GRE, hex('2000 0800 00')), 'gre truncated 1', GRE],
  ['GRE version 2', ipv4(FROM, TO, GRE, hex('0002 0800 00000000')), 'gre unsupported-version 1', GRE],
  ['GRE source route', ipv4(FROM, TO, GRE, hex('4000 0800 00000000')), 'gre unsupported-version 1', GRE],
  ['ARP in GRE', ipv4(FROM, TO, GRE, hex('0000 0806 00000000')), 'tunnel link-not-ip 1', GRE],
  ['IP header cut in GRE', ipv4(FROM, TO, GRE, hex('0000 0800 4500')), 'tunnel ipv4-truncated 1', GRE],
  [
    'IPv6 under the EtherType of IPv4',
    ipv4(FROM, TO, 4, new Uint8Array(40).fill(0x60)),
    'tunnel ipv4-bad-version 1',
    4,
  ],
  ['ARP in VXLAN', inUdp(4789, VXLAN, MACS, '0806', new Uint8Array(28)), 'tunnel link-not-ip 1', 17],
  ['Geneve options cut', inUdp(6081, '3f00 0800 00002b00', INNER.subarray(0, 20)), 'geneve truncated 1', 17],
  [
    'a GTP-U extension of length 0',
    inUdp(2152, '34ff 0010 00000001 00000085 00', new Uint8Array(11)),
    'gtp bad-extension 1',
    17,
  ],
];

for (const [name, frame, fault, protocol] of UNREAD) {
  test(`${name}: the outer headers are used`, async () => {
    const { flow, faults } = await decodeOne(frame);
    assert.deepEqual(faults, [fault]);
    assert.deepEqual([flow.protocol, flow.clientAddress, flow.serverAddress], [protocol, FROM, TO]);
  });
}

/** Other traffic on a tunnel's port is not a fault. */
const OTHERS: [name: string, frame: Uint8Array][] = [
  ['QUIC to a client port equal to the VXLAN port', inUdp(4789, '48000000 00002a00', MACS, '0800', INNER)],
  ['QUIC to a client port equal to the Geneve port', inUdp(6081, '4000 0800 00002b00', INNER)],
  ['a Geneve control packet', inUdp(6081, '0080 0800 00002b00', INNER)],
  ['a GTP-U echo', inUdp(2152, '3201 0004 00000000 0001 0000')],
  ['a length that does not fit GTP-U', inUdp(2152, '30ff 0001 00000001', INNER)],
  ['IPv6 of another length on the Teredo port', inUdp(3544, '60000000 0010 3b 40', new Uint8Array(40))],
  ['a datagram of one byte', inUdp(4789, '08')],
];

for (const [name, frame] of OTHERS) {
  test(`${name} is not treated as a tunnel`, async () => {
    const { flow, faults } = await decodeOne(frame);
    assert.deepEqual(faults, []);
    assert.deepEqual([flow.serverAddress, flow.protocol], [TO, 17]);
  });
}

test('the payload length is that of the inner packet, although the capture is cut', async () => {
  const { row, flow, faults } = await decodeOne(inUdp(4789, VXLAN, MACS, '0800', INNER), 28 + 8 + 14 + 40);
  assert.deepEqual(faults, []);
  assert.equal(row.payload_length, 77);
  assert.equal(flow.serverPort, 443);
});

test('bytes after the tunnel’s data are not read as inner packet', async () => {
  const { flow, faults } = await decodeOne(concat([ipv4(FROM, TO, GRE, hex('0000 0800')), INNER]));
  assert.deepEqual(faults, ['tunnel ipv4-truncated 1']);
  assert.equal(flow.protocol, GRE);
});

test('a fault inside a tunnel is counted for its layer', async () => {
  const { flow, faults } = await decodeOne(
    ipv4(FROM, TO, IP_IN_IP, ipv4('10.0.0.2', '10.0.0.3', 132, INNER)),
  );
  assert.deepEqual(faults, ['transport protocol-132 1']);
  assert.equal(flow.serverAddress, '10.0.0.3');
});

test('a later fragment of a tunnel is not decoded further', async () => {
  const { flow, faults } = await decodeOne(ipv4(FROM, TO, IP_IN_IP, INNER, { fragmentOffset: 800 }));
  assert.deepEqual(faults, ['ipv4 later-fragment 1']);
  assert.equal(flow.serverAddress, TO);
});

test('tunnels are decoded eight deep, not deeper', async () => {
  const nested = (depth: number) => {
    let frame = INNER;
    for (let level = depth; level > 0; level--) frame = ipv4(FROM, `192.0.2.${level + 10}`, IP_IN_IP, frame);
    return frame;
  };
  const followed = await decodeOne(nested(8));
  assert.deepEqual(followed.faults, []);
  assert.equal(followed.flow.serverAddress, '10.0.0.3');
  const stopped = await decodeOne(nested(9));
  assert.deepEqual(stopped.faults, ['tunnel too-deep 1']);
  assert.equal(stopped.flow.serverAddress, '192.0.2.19');
});
