import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import test from 'node:test';
import { connect, type ConnectionOptions } from 'node:tls';
import { chunked, collect, type SummaryWithRows } from '../collect.js';
import { concat, LINKTYPE_RAW, pcap, reversed, tcp } from '../frames.js';

const CLIENT = { from: '10.0.0.2', to: '192.0.2.1', fromPort: 50_000, toPort: 443 };
const HEADERS_BYTES = 40;
const NAME = 'video.example.org';
const FIRST = 1000;
const SYN = tcp(CLIENT, { seq: FIRST - 1, flags: 0x02 });

/** The first flight of Node's own TLS client (OpenSSL). */
async function clientHello(options: ConnectionOptions): Promise<Uint8Array> {
  return await new Promise((resolve) => {
    const socket = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer) => {
        resolve(Uint8Array.from(chunk));
      },
    });
    connect({ socket, ...options }).on('error', () => undefined);
  });
}

function segment(seq: number, payload: Uint8Array, endpoints = CLIENT): Uint8Array {
  const frame = tcp(endpoints, { seq, flags: 0x18, length: payload.length });
  frame.set(payload, frame.length - payload.length);
  return frame;
}

async function decode(frames: readonly Uint8Array[], snapLength?: number): Promise<SummaryWithRows> {
  return (await collect(chunked(pcap(LINKTYPE_RAW, frames, snapLength)))).summary;
}

const namesIn = ({ serverNames }: SummaryWithRows) => serverNames.map(({ name }) => name);
const faultsIn = ({ faults }: SummaryWithRows) => faults.filter(({ layer }) => layer === 'tls');

const hello = await clientHello({ servername: NAME, ALPNProtocols: ['h2'] });

test('a hello in one segment', async () => {
  const summary = await decode([SYN, segment(FIRST, hello)]);
  assert.deepEqual(summary.serverNames, [
    {
      flowId: 0,
      packetIndex: 1,
      timestampUs: 2_000_000,
      protocol: 'tls',
      version: 'TLS 1.3',
      name: NAME,
      hasEncryptedHello: false,
    },
  ]);
});

test('the version is the highest offered; a hello without a name gives no row', async () => {
  const old = await clientHello({ servername: NAME, maxVersion: 'TLSv1.2' });
  assert.equal((await decode([segment(0, old)])).serverNames[0]?.version, 'TLS 1.2');
  const nameless = await decode([segment(0, await clientHello({ host: '192.0.2.1' }))]);
  assert.deepEqual([nameless.serverNames, faultsIn(nameless)], [[], []]);
});

test('split at every byte: in order, swapped, and across the wrap of sequence numbers', async () => {
  for (let at = 1; at < hello.length; at++) {
    for (const first of [FIRST, 2 ** 32 - 100]) {
      const syn = tcp(CLIENT, { seq: (first - 1) >>> 0, flags: 0x02 });
      const head = segment(first, hello.subarray(0, at));
      const tail = segment((first + at) % 2 ** 32, hello.subarray(at));
      for (const frames of [
        [syn, head, tail],
        [syn, tail, head],
      ]) {
        const { serverNames } = await decode(frames);
        assert.deepEqual([at, serverNames[0]?.name, serverNames[0]?.packetIndex], [at, NAME, 2]);
      }
    }
  }
});

test('pieces lost and retransmitted, overlapping, with different bytes when repeated', async () => {
  const wrong = hello.slice(40, 90).fill(0);
  const frames = [
    segment(FIRST + 80, hello.subarray(80, 120)),
    segment(FIRST, hello.subarray(0, 60)),
    segment(FIRST, hello.subarray(0, 60)),
    segment(FIRST + 30, hello.subarray(30, 85)),
    segment(FIRST + 40, wrong),
    segment(FIRST + 110, hello.subarray(110)),
  ];
  assert.deepEqual(namesIn(await decode([SYN, ...frames])), [NAME]);
});

test('two records, the second beginning inside the name', async () => {
  const border = Buffer.from(hello).indexOf(NAME) + 4;
  const record = (part: Uint8Array) =>
    concat([Uint8Array.of(22, 3, 1, part.length >> 8, part.length & 255), part]);
  const records = concat([record(hello.subarray(5, border)), record(hello.subarray(border))]);
  assert.deepEqual(namesIn(await decode([SYN, segment(FIRST, records)])), [NAME]);
});

test('after other bytes of the same connection, or from the middle of a connection', async () => {
  const greeting = new TextEncoder().encode('CONNECT video.example.org:443 HTTP/1.1\r\n\r\n');
  const behind = [SYN, segment(FIRST, greeting), segment(FIRST + greeting.length, hello)];
  assert.deepEqual(namesIn(await decode(behind)), [NAME]);
  assert.deepEqual(namesIn(await decode([segment(77, greeting), segment(500_000, hello)])), [NAME]);
});

test('data in the SYN', async () => {
  const frame = tcp(CLIENT, { seq: FIRST - 1, flags: 0x02, length: hello.length });
  frame.set(hello, HEADERS_BYTES);
  assert.deepEqual(namesIn(await decode([frame])), [NAME]);
});

test('cut by the capture: the name if it is complete, else a fault', async () => {
  const nameEnd = Buffer.from(hello).indexOf(NAME) + NAME.length;
  for (let kept = 1; kept < hello.length; kept++) {
    const summary = await decode([SYN, segment(FIRST, hello)], HEADERS_BYTES + kept);
    assert.deepEqual(
      [kept, namesIn(summary), faultsIn(summary)],
      kept >= nameEnd ? [kept, [NAME], []] : [kept, [], [{ layer: 'tls', kind: 'truncated', packets: 1 }]],
    );
  }
});

test('cut inside the TCP header, at the end of the file: nothing to read, no TLS fault', async () => {
  for (const kept of [36, 37, 39, 40]) {
    const summary = await decode([segment(FIRST, hello)], kept);
    assert.deepEqual([summary.serverNames, faultsIn(summary)], [[], []]);
  }
});

test('a capture that ends inside a hello', async () => {
  const summary = await decode([SYN, segment(FIRST, hello.subarray(0, 60))]);
  assert.deepEqual(faultsIn(summary), [{ layer: 'tls', kind: 'incomplete', packets: 1 }]);
});

test('lengths that contradict each other', async () => {
  const damaged = Uint8Array.from(hello);
  damaged[5 + 4 + 2 + 32] = 255;
  damaged[5 + 1] = 0;
  damaged[5 + 2] = 0;
  const summary = await decode([SYN, segment(FIRST, damaged)]);
  assert.deepEqual(faultsIn(summary), [{ layer: 'tls', kind: 'malformed-hello', packets: 1 }]);
});

test("a server's data, and other protocols, give no name", async () => {
  const summary = await decode([
    SYN,
    segment(7, hello, reversed(CLIENT)),
    segment(FIRST, new Uint8Array(300)),
  ]);
  assert.deepEqual([summary.serverNames, faultsIn(summary)], [[], []]);
});

test('a hello with an encrypted hello is marked', async () => {
  const end = hello.length;
  const extension = Uint8Array.of(0xfe, 0x0d, 0, 4, 0, 1, 2, 3);
  const outer = concat([hello, extension]);
  const view = new DataView(outer.buffer);
  // Lengths of record, message and extensions, each increased by the extension's length.
  view.setUint16(3, end - 5 + extension.length);
  view.setUint16(7, end - 9 + extension.length);
  let at = 5 + 4 + 2 + 32;
  at += 1 + view.getUint8(at);
  at += 2 + view.getUint16(at);
  at += 1 + view.getUint8(at);
  view.setUint16(at, view.getUint16(at) + extension.length);
  const { serverNames } = await decode([segment(FIRST, outer)]);
  assert.deepEqual([serverNames[0]?.name, serverNames[0]?.hasEncryptedHello], [NAME, true]);
});

test('more open flows than are kept: each still gets its name when its hello comes', async () => {
  const clients = Array.from({ length: 2500 }, (_, i) => ({ ...CLIENT, fromPort: 20_000 + i }));
  const syns = clients.map((client) => tcp(client, { seq: FIRST - 1, flags: 0x02 }));
  const hellos = clients.map((client) => segment(FIRST, hello, client));
  const { serverNames } = await decode([...syns, ...hellos]);
  assert.equal(serverNames.length, clients.length);
  assert.equal(new Set(serverNames.map(({ flowId }) => flowId)).size, clients.length);
});
