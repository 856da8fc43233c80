import assert from 'node:assert/strict';
import test from 'node:test';
import dnsPacket from 'dns-packet';
import { chunked, collect } from '../collect.js';
import { concat, hex, LINKTYPE_RAW, pcap, reversed, tcp, udp } from '../frames.js';

const QUERY = { from: '10.0.0.2', to: '192.0.2.53', fromPort: 40_000, toPort: 53 };
const RESPONSE = reversed(QUERY);
const IP_AND_UDP_BYTES = 28;

const NAME = 'Video.Example.NET';
const query = dnsPacket.encode({ type: 'query', id: 7, questions: [{ type: 'A', name: NAME }] });
const response = dnsPacket.encode({
  type: 'response',
  id: 7,
  questions: [{ type: 'A', name: NAME }],
  answers: [
    { type: 'CNAME', name: NAME, ttl: 60, data: 'Cache.Example.net' },
    { type: 'A', name: 'Cache.Example.net', ttl: 30, data: '198.51.100.1' },
    { type: 'AAAA', name: 'Cache.Example.net', ttl: 30, data: '2001:DB8:0:0:0:0:0:1' },
    { type: 'TXT', name: 'Cache.Example.net', ttl: 30, data: 'not kept' },
  ],
});
const ANSWERS = [
  { name: 'video.example.net', type: 'CNAME', data: 'cache.example.net', ttlSeconds: 60 },
  { name: 'cache.example.net', type: 'A', data: '198.51.100.1', ttlSeconds: 30 },
  { name: 'cache.example.net', type: 'AAAA', data: '2001:db8::1', ttlSeconds: 30 },
].map((answer) => ({
  packetIndex: 1,
  timestampUs: 2_000_000,
  clientAddress: '10.0.0.2',
  transactionId: 7,
  queryName: 'video.example.net',
  ...answer,
}));

test('query and response', async () => {
  const frames = [udp(QUERY, query), udp(RESPONSE, response)];
  const { summary } = await collect(chunked(pcap(LINKTYPE_RAW, frames)));
  assert.deepEqual(
    summary.dnsMessages,
    [false, true].map((isResponse, packetIndex) => ({
      packetIndex,
      timestampUs: (packetIndex + 1) * 1_000_000,
      clientAddress: '10.0.0.2',
      resolverAddress: '192.0.2.53',
      transactionId: 7,
      isResponse,
      queryName: 'video.example.net',
      queryType: 'A',
      responseCode: 'NOERROR',
    })),
  );
  assert.deepEqual(summary.dnsAnswers, ANSWERS);
  assert.deepEqual(summary.faults, []);
});

test('a cut response keeps its question and its leading complete answers', async () => {
  const frames = [udp(QUERY, query), udp(RESPONSE, response)];
  for (let kept = 12; kept < response.length; kept++) {
    const capture = pcap(LINKTYPE_RAW, frames, IP_AND_UDP_BYTES + kept);
    const { summary } = await collect(chunked(capture));
    assert.deepEqual(summary.dnsAnswers, ANSWERS.slice(0, summary.dnsAnswers.length));
    const faults = summary.faults.filter(({ layer }) => layer === 'dns');
    assert.deepEqual(faults, [{ layer: 'dns', kind: 'truncated', packets: kept < query.length ? 2 : 1 }]);
    if (kept >= query.length) assert.equal(summary.dnsMessages.length, 2);
    if (kept === response.length - 1) assert.equal(summary.dnsAnswers.length, 3);
  }
});

test('data on port 53 that is not a DNS message is counted', async () => {
  const { summary } = await collect(chunked(pcap(LINKTYPE_RAW, [udp(QUERY, new Uint8Array(3))])));
  assert.deepEqual(summary.faults, [{ layer: 'dns', kind: 'malformed', packets: 1 }]);
  assert.deepEqual(summary.dnsMessages, []);
});

test('TCP: a message that is completely in one packet', async () => {
  const prefix = Uint8Array.of(response.length >> 8, response.length & 255);
  const frame = tcp(RESPONSE, { length: prefix.length + response.length });
  frame.set(concat([prefix, response]), frame.length - prefix.length - response.length);
  const { summary } = await collect(chunked(pcap(LINKTYPE_RAW, [tcp(QUERY, { flags: 0x02 }), frame])));
  assert.deepEqual(summary.dnsAnswers, ANSWERS);
});

test('DNS flows have no segments', async () => {
  const { segments } = await collect(
    chunked(pcap(LINKTYPE_RAW, [udp(QUERY, new Uint8Array(200)), udp(RESPONSE, response)])),
  );
  assert.deepEqual(segments, []);
});

const HEADER = '0007 8180';
const A_RECORD_REST = '0001 0001 0000003c 0004 c6336401';

async function readOne(message: Uint8Array) {
  const { summary } = await collect(chunked(pcap(LINKTYPE_RAW, [udp(RESPONSE, message)])));
  return {
    faults: summary.faults.map(({ layer, kind }) => `${layer} ${kind}`),
    names: summary.dnsMessages.map(({ queryName }) => queryName),
    answers: summary.dnsAnswers.map(({ name }) => name),
  };
}

/** Messages that could cause endless loops or unlimited memory in a careless reader. */
const HOSTILE: [name: string, message: string][] = [
  ['a name that points to itself', `${HEADER} 0001 0000 0000 0000  c00c 0001 0001`],
  ['two names that point to each other', `${HEADER} 0002 0000 0000 0000  c012 0001 0001  c00c 0001 0001`],
  ['a name that points beyond the message', `${HEADER} 0001 0000 0000 0000  ffff 0001 0001`],
  ['65,535 records counted in each list, none present', `${HEADER} ffff ffff ffff ffff`],
  ['a label longer than the message', `${HEADER} 0001 0000 0000 0000  3f61 0001 0001`],
];

for (const [name, message] of HOSTILE) {
  test(name, async () => {
    assert.deepEqual(await readOne(hex(message)), { faults: ['dns malformed'], names: [], answers: [] });
  });
}

test('records counted but not present: the question and the present answers are kept', async () => {
  const message = hex(`${HEADER} 0001 ffff ffff ffff  0161 00 0001 0001  c00c ${A_RECORD_REST}`);
  assert.deepEqual(await readOne(message), { faults: ['dns malformed'], names: ['a'], answers: ['a'] });
});

test('a message of more than 4,096 bytes is read up to that length', async () => {
  const answers = Array.from({ length: 400 }, () => hex(`c00c ${A_RECORD_REST}`));
  const message = concat([hex(`${HEADER} 0001 0190 0000 0000  0161 00 0001 0001`), ...answers]);
  const { faults, names, answers: read } = await readOne(message);
  assert.deepEqual(faults, ['dns truncated']);
  assert.deepEqual(names, ['a']);
  // (4096 - 12 header - 7 question) / 16
  assert.equal(read.length, 254);
});
