import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { clientInitialKeys } from '../../../../capture/names/quic-keys.js';
import { QUIC_VERSIONS } from '../../../../capture/names/quic-versions.js';
import { projectRoot } from '../../../../common/project-root.js';
import { chunked, collect, type SummaryWithRows } from '../collect.js';
import { concat, hex, LINKTYPE_RAW, pcap, udp } from '../frames.js';

interface Case {
  readonly name: string;
  readonly datagrams: readonly string[];
  /** tshark's result for these files; frames count from 1. */
  readonly tshark: readonly { readonly frame: number; readonly name: string }[];
}

const path = join(projectRoot(), 'test', 'golden', 'server-names', 'quic.json');
const cases = JSON.parse(readFileSync(path, 'utf8')) as readonly Case[];
const CLIENT = { from: '10.0.0.2', to: '192.0.2.1', fromPort: 50_000, toPort: 443 };
const HEADERS_BYTES = 28;

async function decode(datagrams: readonly Uint8Array[], snapLength?: number): Promise<SummaryWithRows> {
  const frames = datagrams.map((datagram) => udp(CLIENT, datagram));
  return (await collect(chunked(pcap(LINKTYPE_RAW, frames, snapLength)))).summary;
}

const faultsIn = ({ faults }: SummaryWithRows) => faults.filter(({ layer }) => layer === 'quic');

test('there are cases of every version', () => {
  assert.equal(cases.length, 10);
});

for (const { name, datagrams, tshark } of cases) {
  const bytes = datagrams.map(hex);
  const [expected] = tshark;
  assert.ok(expected);

  test(`${name}: the name that tshark reads`, async () => {
    const { serverNames } = await decode(bytes);
    assert.deepEqual(
      serverNames.map((row) => ({ frame: row.packetIndex + 1, name: row.name })),
      tshark,
    );
    const [{ protocol, version } = { protocol: '', version: '' }] = serverNames;
    assert.equal(protocol, name.startsWith('Q') ? 'gquic' : 'quic');
    const versions: Record<string, string> = { 'RFC 9001 A.2': 'v1', 'RFC 9369 A.2': 'v2' };
    assert.equal(version, versions[name] ?? name.split(',')[0]);
  });

  test(`${name}: the same with the datagrams in reverse order`, async () => {
    const { serverNames } = await decode([...bytes].reverse());
    assert.equal(serverNames[0]?.name, expected.name);
  });

  test(`${name}: cut, gives the same name, or none and a fault`, async () => {
    for (let kept = 60; kept < (bytes[0]?.length ?? 0); kept += 20) {
      const summary = await decode(bytes, HEADERS_BYTES + kept);
      const found = summary.serverNames.map((row) => row.name);
      if (found.length > 0) assert.deepEqual([kept, found], [kept, [expected.name]]);
      else assert.deepEqual([kept, faultsIn(summary).length], [kept, 1]);
    }
  });
}

test('client keys as published in RFC 9001 A.1 and RFC 9369 A.1', () => {
  const connectionId = hex('8394c8f03e515708');
  const keysOf = (number: number) => {
    const version = QUIC_VERSIONS.get(number);
    assert.ok(version);
    const { key, iv, headerKey } = clientInitialKeys(version, connectionId);
    return [key, iv, headerKey].map((bytes) => Buffer.from(bytes).toString('hex'));
  };
  assert.deepEqual(keysOf(1), [
    '1f369613dd76d5467730efcbe3b1a22d',
    'fa044b2f42a3fd3b46fb255c',
    '9f50449e04a0e810283a1e9933adedd2',
  ]);
  assert.deepEqual(keysOf(0x6b3343cf), [
    '8b1a0bc121284290a29e0971b5cd045d',
    '91f73e2351d8fa91660e909f',
    '45b95e15235d6f45a6b19cbcb0294ba9',
  ]);
});

test('the second of two coalesced packets', async () => {
  const sample = hex(cases[0]?.datagrams[0] ?? '');
  // A 0-RTT packet (type 1) of the same connection with 20 bytes, before the Initial.
  const earlyData = concat([hex('d0000000010883 94c8f03e51570800 14'), new Uint8Array(20)]);
  const { serverNames } = await decode([concat([earlyData, sample])]);
  assert.equal(serverNames[0]?.name, 'example.com');
});

test('one wrong bit: the packet is not decrypted, and a fault is counted', async () => {
  const damaged = hex(cases[0]?.datagrams[0] ?? '');
  damaged[600]! ^= 1;
  const summary = await decode([damaged]);
  assert.deepEqual(summary.serverNames, []);
  assert.deepEqual(faultsIn(summary), [{ layer: 'quic', kind: 'undecryptable', packets: 1 }]);
});

test('a version that is not known gives no name, and a fault is counted', async () => {
  const unknown = hex(cases[0]?.datagrams[0] ?? '');
  unknown.set(hex('babababa'), 1);
  const summary = await decode([unknown]);
  assert.deepEqual(summary.serverNames, []);
  assert.deepEqual(faultsIn(summary), [{ layer: 'quic', kind: 'unknown-version', packets: 1 }]);
  // Shorter than any first datagram of a client.
  assert.deepEqual(faultsIn(await decode([unknown.subarray(0, 1199)])), []);
});

test('other UDP traffic gives no name and no fault', async () => {
  const summary = await decode([
    new Uint8Array(1200).fill(0x80),
    new Uint8Array(0),
    Uint8Array.of(0xc0, 0, 0),
  ]);
  assert.deepEqual([summary.serverNames, faultsIn(summary)], [[], []]);
});
