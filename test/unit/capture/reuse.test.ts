import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { NO_FLOW } from '../../../schemas/capture.js';
import { chunked, collect } from './collect.js';
import { LINKTYPE_RAW, pcap, tcp, udp } from './frames.js';

const WAY = { from: '192.168.1.5', fromPort: 50_000, to: '192.0.2.1', toPort: 443 };
const FRAMES = Array.from({ length: 40 }, (_, i) =>
  i % 4 === 3 ? new Uint8Array([0xff]) : tcp(WAY, { seq: i, ack: i, length: 1 + i }),
);
const BYTES = pcap(LINKTYPE_RAW, FRAMES);

/** All chunks in the same memory, which is overwritten before the next one is filled. */
async function* reused(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(chunkBytes);
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const chunk = bytes.subarray(start, start + chunkBytes);
    memory.fill(0xee);
    memory.set(chunk);
    yield await Promise.resolve(memory.subarray(0, chunk.length));
  }
}

for (const [name, bytes] of [
  ['plain', BYTES],
  ['gzip', Uint8Array.from(gzipSync(BYTES))],
] as const) {
  for (const chunkBytes of [1, 5, 64]) {
    test(`a source may reuse the memory of its chunks: ${name}, ${chunkBytes} bytes`, async () => {
      assert.deepEqual(await collect(reused(bytes, chunkBytes)), await collect(chunked(bytes)));
    });
  }
}

test('a row without transport layer has zeros, not values of the previous row in the same memory', async () => {
  const { packets } = await collect(chunked(BYTES), { batchRows: 3 });
  const undecoded = packets.filter((_, i) => i % 4 === 3);
  assert.equal(undecoded.length, 10);
  for (const row of undecoded) {
    const { flow_id, is_upstream, payload_length, tcp_flags, tcp_seq, tcp_ack, tcp_window } = row;
    assert.deepEqual(
      [flow_id, is_upstream, payload_length, tcp_flags, tcp_seq, tcp_ack, tcp_window],
      [NO_FLOW, 0, 0, 0, 0, 0, 0],
    );
  }
});

test('the content hash depends only on the decompressed bytes', async () => {
  // `xxhsum -H3`, version 0.8.1, of the file.
  const expected = 'c4eb932ec63daae1';
  for (const bytes of [BYTES, gzipSync(BYTES)]) {
    for (const chunkBytes of [3, 300, bytes.length]) {
      assert.equal((await collect(chunked(bytes, chunkBytes))).summary.contentHash, expected);
    }
  }
});

test('DNS rows reach the sink in parts, complete and in file order', async () => {
  const query = Uint8Array.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 97, 0, 0, 1, 0, 1]);
  const frames = Array.from({ length: 20_000 }, (_, i) => {
    const message = Uint8Array.from(query);
    message[0] = i >> 8;
    message[1] = i & 0xff;
    return udp({ ...WAY, toPort: 53 }, message);
  });
  const { summary } = await collect(chunked(pcap(LINKTYPE_RAW, frames), 1 << 16));
  assert.deepEqual(
    summary.dnsMessages.map(({ packetIndex, transactionId }) => [packetIndex, transactionId]),
    frames.map((_, i) => [i, i]),
  );
});
