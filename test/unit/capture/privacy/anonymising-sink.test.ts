import assert from 'node:assert/strict';
import test from 'node:test';
import { AnonymisingSink } from '../../../../capture/privacy/anonymising-sink.js';
import { CryptoPan } from '../../../../capture/privacy/crypto-pan.js';
import type { DnsAnswer, DnsMessage, Flow, ServerName } from '../../../../schemas/capture.js';

interface Rows {
  readonly flows: Flow[];
  readonly dnsMessages: DnsMessage[];
  readonly dnsAnswers: DnsAnswer[];
  readonly serverNames: ServerName[];
}

const KEY = new Uint8Array(32).fill(9);
const CLIENT = '192.168.1.20';
const NEIGHBOUR = '192.168.1.30';
const RESOLVER = '192.168.1.1';
const SERVER = '45.57.3.1';

const flow = {
  ipVersion: 4,
  protocol: 6,
  clientPort: 50_000,
  serverPort: 443,
  clientBasis: 'syn',
  firstUs: 1,
  lastUs: 2,
  packets: 3,
  wireBytes: 4,
} as const;

const capture: Rows = {
  flows: [
    { ...flow, flowId: 0, clientAddress: CLIENT, serverAddress: SERVER },
    { ...flow, flowId: 1, clientAddress: NEIGHBOUR, serverAddress: CLIENT },
  ],
  dnsMessages: [
    {
      packetIndex: 0,
      timestampUs: 1,
      clientAddress: CLIENT,
      resolverAddress: RESOLVER,
      transactionId: 7,
      isResponse: false,
      queryName: '30.1.168.192.in-addr.arpa',
      queryType: 'PTR',
      responseCode: 'NOERROR',
    },
  ],
  dnsAnswers: [NEIGHBOUR, SERVER].map((data) => ({
    packetIndex: 1,
    timestampUs: 1,
    clientAddress: CLIENT,
    transactionId: 7,
    queryName: 'nflxvideo.net',
    name: 'nflxvideo.net',
    type: 'A',
    data,
    ttlSeconds: 60,
  })),
  serverNames: [CLIENT, 'nflxvideo.net'].map((name, flowId) => ({
    flowId,
    packetIndex: 2,
    timestampUs: 1,
    protocol: 'tls',
    version: 'TLS 1.3',
    name,
    hasEncryptedHello: false,
  })),
};

/** The sink's output for the capture's rows in the decoder's order: flows last, in two parts. */
async function anonymised({ flows, dnsMessages, dnsAnswers, serverNames }: Rows): Promise<Rows> {
  const hidden: Rows = { flows: [], dnsMessages: [], dnsAnswers: [], serverNames: [] };
  const sink = new AnonymisingSink(
    {
      packets: () => undefined,
      segments: () => undefined,
      flows: (rows) => void hidden.flows.push(...rows),
      dnsMessages: (rows) => void hidden.dnsMessages.push(...rows),
      dnsAnswers: (rows) => void hidden.dnsAnswers.push(...rows),
      serverNames: (rows) => void hidden.serverNames.push(...rows),
    },
    KEY,
  );
  await sink.dnsMessages(dnsMessages);
  sink.dnsAnswers(dnsAnswers);
  assert.deepEqual(hidden.dnsAnswers, []);
  const parts = flows.map((flow) => [flow]);
  await sink.clients(parts);
  for (const part of parts) await sink.flows(part);
  await sink.serverNames(serverNames);
  return hidden;
}

test('no client or resolver address is left on either side; server addresses are kept', async () => {
  const hidden = await anonymised(capture);
  const text = JSON.stringify(hidden);
  for (const address of [CLIENT, NEIGHBOUR, RESOLVER, '30.1.168.192']) assert.ok(!text.includes(address));

  const cryptoPan = new CryptoPan(KEY);
  assert.deepEqual(
    hidden.flows.map(({ clientAddress, serverAddress }) => [clientAddress, serverAddress]),
    [
      [cryptoPan.map(CLIENT), SERVER],
      [cryptoPan.map(NEIGHBOUR), cryptoPan.map(CLIENT)],
    ],
  );
  assert.equal(hidden.dnsMessages[0]?.queryName, 'in-addr.arpa');
  assert.deepEqual(
    hidden.dnsAnswers.map(({ data }) => data),
    [cryptoPan.map(NEIGHBOUR), SERVER],
  );
  assert.deepEqual(
    hidden.serverNames.map(({ name }) => name),
    [cryptoPan.map(CLIENT), 'nflxvideo.net'],
  );
});
