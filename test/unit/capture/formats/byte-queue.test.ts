import assert from 'node:assert/strict';
import { it } from 'node:test';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { ByteQueue } from '../../../../capture/formats/byte-queue.js';

/** Reads records that consist of a 4-byte length and as many bytes. */
function takeRecords(queue: ByteQueue, records: Uint8Array[]): void {
  while (queue.length >= 4) {
    const length = queue.view.getUint32(queue.start);
    if (queue.length < 4 + length) return;
    records.push(new Uint8Array(queue.view.buffer, queue.start + 4, length).slice());
    queue.skip(4 + length);
  }
}

it('gives every byte once and in order, for any chunk sizes, from reused memory', () => {
  const random = xoroshiro128plus(7);
  const upTo = (most: number): number => uniformInt(random, 0, most);
  for (let round = 0; round < 60; round++) {
    // Records much longer and much shorter than chunks, and than the bytes that join two chunks.
    const longest = [3, 300, 20_000, 200_000][upTo(3)]!;
    const records = Array.from({ length: 1 + upTo(40) }, () =>
      Uint8Array.from({ length: upTo(longest) }, () => upTo(255)),
    );
    const content = Buffer.concat(
      records.flatMap((record) => {
        const head = Buffer.alloc(4);
        head.writeUInt32BE(record.length);
        return [head, record];
      }),
    );
    const memory = new Uint8Array(1 + [5, 1000, 30_000, 300_000][upTo(3)]!);
    const queue = new ByteQueue();
    const found: Uint8Array[] = [];
    for (let at = 0; at < content.length;) {
      const from = upTo(memory.length - 1);
      const bytes = Math.min(content.length - at, 1 + upTo(memory.length - 1 - from));
      memory.fill(0xee);
      memory.set(content.subarray(at, at + bytes), from);
      queue.append(memory.subarray(from, from + bytes));
      do takeRecords(queue, found);
      while (queue.advance());
      at += bytes;
      assert.equal(queue.byteOffset + queue.length, at);
    }
    assert.equal(queue.length, 0);
    assert.equal(found.length, records.length);
    for (const [index, record] of records.entries()) assert.ok(Buffer.from(record).equals(found[index]!));
  }
});
