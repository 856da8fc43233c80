import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import test from 'node:test';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';
import { collect } from './collect.js';

const path = sharedData('netflix_rebuilt.pcap.gz');
const SERVICE = /netflix|nflx/;

test('the course capture', { skip: path === null && NO_SHARED_DATA }, async (t) => {
  const { summary, packets } = await collect(createReadStream(path!));
  const { dnsMessages, dnsAnswers } = summary;

  await t.test('packets, bytes and times', () => {
    assert.equal(summary.format, 'pcap');
    assert.equal(summary.compression, 'gzip');
    assert.equal(summary.packets, 141_471);
    assert.equal(packets.length, 141_471);
    assert.equal((summary.wireBytes / 1e6).toFixed(2), '134.63');
    assert.equal((summary.capturedBytes / 1e6).toFixed(2), '21.14');
    assert.equal(summary.firstUs === null ? null : Math.floor(summary.firstUs / 1e6), 1_518_358_200);
    assert.equal(summary.cut, null);
  });

  await t.test('18 transactions: distinct client and id of messages about a matching name', () => {
    const transactions = dnsMessages
      .filter(({ queryName }) => SERVICE.test(queryName))
      .map(({ clientAddress, transactionId }) => `${clientAddress} ${transactionId}`);
    assert.equal(new Set(transactions).size, 18);
    assert.equal(transactions.length, 36);
  });

  await t.test('16 addresses: distinct A records in the responses', () => {
    const addresses = dnsAnswers
      .filter(({ type, queryName }) => type === 'A' && SERVICE.test(queryName))
      .map(({ data }) => data);
    assert.equal(new Set(addresses).size, 16);
  });

  await t.test('first five windows of the service, by captured length', () => {
    const addresses = new Set(
      dnsAnswers
        .filter(({ type, queryName }) => type === 'A' && SERVICE.test(queryName))
        .map(({ data }) => data),
    );
    const isService = summary.flows.map(
      ({ serverAddress, clientAddress, protocol }) =>
        (protocol === 6 || protocol === 17) && (addresses.has(serverAddress) || addresses.has(clientAddress)),
    );
    const windows = new Map<number, { packets: number; bytes: number }>();
    for (const row of packets) {
      if (isService[row.flow_id] !== true) continue;
      const start = Math.floor(Number(row.timestamp_us) / 10_000_000) * 10;
      const window = windows.get(start) ?? { packets: 0, bytes: 0 };
      window.packets++;
      window.bytes += row.captured_length;
      windows.set(start, window);
    }
    assert.equal(windows.size, 50);
    assert.deepEqual([...windows].slice(0, 5), [
      [1_518_358_200, { packets: 679, bytes: 80_019 }],
      [1_518_358_210, { packets: 494, bytes: 63_930 }],
      [1_518_358_220, { packets: 614, bytes: 80_536 }],
      [1_518_358_230, { packets: 509, bytes: 72_511 }],
      [1_518_358_240, { packets: 388, bytes: 56_428 }],
    ]);
  });
});
