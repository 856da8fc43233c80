import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { pcapHeader, pcapRecord } from '../../../../capture/formats/pcap-writer.js';
import { readRecords } from '../../../../capture/formats/read-records.js';
import { NO_FLOW } from '../../../../schemas/capture.js';
import { NO_SHARED_DATA, sharedData } from '../../../shared-data.js';
import { chunked, collect } from '../collect.js';
import { concat, LINKTYPE_RAW, tcp, udp } from '../frames.js';

const DUPLICATE = 'duplicate';
const ENDS = { from: '10.0.0.2', to: '192.0.2.1', fromPort: 50_000, toPort: 443 };
const IPV4_IDENTIFICATION = 4;

async function duplicates(source: AsyncIterable<Uint8Array>): Promise<number> {
  const { summary } = await collect(source);
  return summary.faults.find(({ kind }) => kind === DUPLICATE)?.packets ?? 0;
}

/** A capture of frames at microseconds. */
function capture(frames: readonly [atUs: number, frame: Uint8Array][]): AsyncIterable<Uint8Array> {
  return chunked(
    concat([
      pcapHeader({ linkType: LINKTYPE_RAW, snapLength: 262_144 }),
      ...frames.map(([atUs, frame]) => pcapRecord(1_000_000 + atUs, frame, frame.length)),
    ]),
  );
}

function numbered(frame: Uint8Array, id: number): Uint8Array {
  const copy = Uint8Array.from(frame);
  new DataView(copy.buffer).setUint16(IPV4_IDENTIFICATION, id);
  return copy;
}

/** The packets of a pcap, each followed by a copy 4 microseconds later. */
async function doubled(content: Uint8Array): Promise<Uint8Array> {
  const records: Uint8Array[] = [];
  let type = 0;
  await readRecords(chunked(content), {
    record(view, start, captured, wire, timeUs, linkType) {
      type = linkType;
      const frame = new Uint8Array(view.buffer, view.byteOffset + start, captured).slice();
      records.push(pcapRecord(timeUs, frame, wire), pcapRecord(timeUs + 4, frame, wire));
      return true;
    },
  });
  return concat([pcapHeader({ linkType: type, snapLength: 262_144 }), ...records]);
}

/** Packets that `editcap -d` (Wireshark 4.0) removes; it compares whole frames, the decoder from the IP header on. */
const BY_EDITCAP: [parts: string[], packets: number][] = [
  [['reports', 'captures', 'cap_dup.pcap.gz'], 800],
  [['reports', 'captures', 'cap_base.pcap.gz'], 0],
  [['pcaps', 'ip', 'ip4_fragments.pcap'], 14],
  // Segments sent again, with their old identification, after a round trip.
  [['pcaps', 'vlan', 'pppoe-over-qinq.pcap'], 0],
  [['pcaps', 'video', 'qoe_on_3_profile7.pcap.pcap'], 0],
];

for (const [parts, packets] of BY_EDITCAP) {
  const path = sharedData(...parts);
  test(
    `${parts.at(-1)}: ${packets} copies, as editcap -d`,
    { skip: path === null && NO_SHARED_DATA },
    async () => {
      assert.equal(await duplicates(createReadStream(path!)), packets);
    },
  );
}

const BASE = sharedData('reports', 'captures', 'cap_base.pcap.gz');
const QUIC = sharedData('pcaps', 'video', 'youtube_quic.pcap');

for (const [name, path] of [
  ['a session over TCP', BASE],
  ['QUIC', QUIC],
] as const) {
  test(
    `${name}, each packet twice: the rows of each once`,
    { skip: path === null && NO_SHARED_DATA },
    async () => {
      const file = readFileSync(path!);
      const content = file[0] === 0x1f ? gunzipSync(file) : file;
      const once = await collect(chunked(content));
      const twice = await collect(chunked(await doubled(content)));
      assert.equal(twice.summary.packets, 2 * once.summary.packets);
      assert.deepEqual(
        twice.packets.filter(({ flow_id }) => flow_id !== NO_FLOW),
        once.packets,
      );
      assert.deepEqual(twice.segments, once.segments);
      assert.deepEqual(
        twice.summary.flows.map(({ lastUs, ...flow }) => ({ ...flow, lastUs: lastUs - 4 })),
        once.summary.flows,
      );
      assert.deepEqual(
        twice.summary.serverNames.map(({ name: server }) => server),
        once.summary.serverNames.map(({ name: server }) => server),
      );
      assert.equal(twice.summary.dnsAnswers.length, once.summary.dnsAnswers.length);
    },
  );
}

test('a segment sent again has another IPv4 identification, and is not a copy', async () => {
  const data = (id: number) => numbered(tcp(ENDS, { seq: 1000, length: 1000 }), id);
  const frames: [number, Uint8Array][] = [1, 2, 3, 4, 5].map((id) => [id * 1000, data(id)]);
  assert.equal(await duplicates(capture(frames)), 0);
});

test('without identifications, one equal segment in three is a retransmission, and every second one a copy', async () => {
  const segment = (i: number) => tcp(ENDS, { seq: i * 1000, length: 1000 });
  const sentAgain = Array.from({ length: 60 }, (_, i): [number, Uint8Array] => [
    i * 100,
    segment(i - (i % 3 === 2 ? 1 : 0)),
  ]);
  assert.equal(await duplicates(capture(sentAgain)), 0);
  const copied = Array.from({ length: 60 }, (_, i): [number, Uint8Array] => [i * 100, segment(i >> 1)]);
  // The first copy is not believed yet.
  assert.equal(await duplicates(capture(copied)), 29);
});

test('repeated acknowledgements without identifications are not copies', async () => {
  const frames = Array.from({ length: 300 }, (_, i): [number, Uint8Array] => [
    i * 10,
    tcp(ENDS, { ack: 77 }),
  ]);
  assert.equal(await duplicates(capture(frames)), 0);
});

test('a datagram twice is a copy within 10 ms, not later, and not if its content is all zeros', async () => {
  const content = udp(
    ENDS,
    Uint8Array.from({ length: 1200 }, (_, i) => (i * 7919) % 251),
  );
  const frames = (frame: Uint8Array, apartUs: number): [number, Uint8Array][] => [
    [0, frame],
    [apartUs, frame],
  ];
  assert.equal(await duplicates(capture(frames(content, 10_000))), 1);
  assert.equal(await duplicates(capture(frames(content, 10_001))), 0);
  assert.equal(await duplicates(capture(frames(udp(ENDS, new Uint8Array(1200)), 100))), 0);
});
