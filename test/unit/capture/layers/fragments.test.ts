import assert from 'node:assert/strict';
import test from 'node:test';
import { pcapHeader, pcapRecord } from '../../../../capture/formats/pcap-writer.js';
import { chunked, collect } from '../collect.js';
import { concat, ipv4, LINKTYPE_RAW, tcp, udp } from '../frames.js';

// Real fragments are compared with tshark: test/golden/capture.

const WAY = { from: '10.0.0.2', to: '192.0.2.1', fromPort: 50_000, toPort: 443 };
const IP_HEADER_BYTES = 20;
const MORE_FRAGMENTS = 0x20;

interface Fragment {
  readonly seconds?: number;
  readonly id: number;
  readonly frame: Uint8Array;
}

/** The first `bytes` of a packet's IP payload, and the rest. */
function split(packet: Uint8Array, bytes: number): [first: Uint8Array, later: Uint8Array] {
  const first = packet.slice(0, IP_HEADER_BYTES + bytes);
  const view = new DataView(first.buffer);
  view.setUint16(2, first.length);
  first[6] = MORE_FRAGMENTS;
  const later = ipv4(WAY.from, WAY.to, packet[9]!, packet.subarray(IP_HEADER_BYTES + bytes), {
    fragmentOffset: bytes,
  });
  return [first, later];
}

async function decode(fragments: readonly Fragment[]) {
  const records = fragments.map(({ seconds = 0, id, frame }) => {
    const copy = frame.slice();
    new DataView(copy.buffer).setUint16(4, id);
    return pcapRecord(seconds * 1_000_000, copy);
  });
  const { summary, packets, segments } = await collect(
    chunked(concat([pcapHeader({ linkType: LINKTYPE_RAW, snapLength: 65_535 }), ...records])),
  );
  return {
    ports: packets.map((row) => summary.flows[row.flow_id]?.serverPort),
    payloads: packets.map((row) => row.payload_length),
    sequences: packets.map((row) => row.tcp_seq),
    faults: summary.faults.map(({ kind, packets: count }) => `${kind} ${count}`),
    segments,
  };
}

const [UDP_FIRST, UDP_LATER] = split(udp(WAY, new Uint8Array(1000)), 800);

test('a later fragment counts in the flow of the first', async () => {
  const { ports, payloads, faults, segments } = await decode([
    { id: 1, frame: UDP_FIRST },
    { id: 1, frame: UDP_LATER },
  ]);
  assert.deepEqual(ports, [443, 443]);
  assert.deepEqual(payloads, [792, 208]);
  assert.deepEqual(faults, []);
  assert.equal(segments[0]?.request_bytes, 1000);
});

test('a later fragment before the first, of another datagram, or a minute late has no ports', async () => {
  const { ports, faults } = await decode([
    { id: 1, frame: UDP_LATER },
    { id: 1, frame: UDP_FIRST },
    { id: 2, frame: UDP_LATER },
    { id: 1, frame: UDP_LATER, seconds: 61 },
  ]);
  assert.deepEqual(ports, [0, 443, 0, 0]);
  assert.deepEqual(faults, ['later-fragment 3']);
});

test('TCP: sequence numbers continue, also after a SYN with payload', async () => {
  for (const [flags, expected] of [
    [0x10, 1084],
    [0x02, 1085],
  ] as const) {
    const [first, later] = split(tcp(WAY, { seq: 1000, flags, length: 300 }), 104);
    const { sequences, faults } = await decode([
      { id: 7, frame: first },
      { id: 7, frame: later },
    ]);
    assert.deepEqual(sequences, [1000, expected]);
    assert.deepEqual(faults, []);
  }
});

test('4,096 datagrams are remembered; a new one replaces the oldest', async () => {
  const firsts = Array.from({ length: 4097 }, (_, id) => ({ id, frame: UDP_FIRST }));
  const { ports } = await decode([
    ...firsts,
    { id: 0, frame: UDP_LATER },
    { id: 1, frame: UDP_LATER },
    { id: 4096, frame: UDP_LATER },
  ]);
  assert.deepEqual(ports.slice(-3), [0, 443, 443]);
});
