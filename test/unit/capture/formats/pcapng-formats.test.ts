import assert from 'node:assert/strict';
import test from 'node:test';
import { chunked, collect } from '../collect.js';
import { concat, hex } from '../frames.js';

const SECTION_LITTLE = hex('0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000');
const SECTION_BIG = hex('0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c');
const RAW_LITTLE = hex('01000000 14000000 6500 0000 00000000 14000000');
const UNKNOWN_BLOCK = hex('99000000 10000000 deadbeef 10000000');

const times = async (...blocks: Uint8Array[]) => {
  const { packets } = await collect(chunked(concat(blocks), 5));
  return packets.map((row) => row.timestamp_us);
};

test('enhanced packet block; other blocks are skipped', async () => {
  const packet = hex('06000000 24000000 00000000 00000000 40420f00 01000000 09000000 45000000 24000000');
  const { packets, summary } = await collect(
    chunked(concat([SECTION_LITTLE, UNKNOWN_BLOCK, RAW_LITTLE, UNKNOWN_BLOCK, packet])),
  );
  assert.equal(summary.format, 'pcapng');
  assert.equal(packets.length, 1);
  assert.equal(packets[0]?.timestamp_us, 1_000_000n);
  assert.equal(packets[0].captured_length, 1);
  assert.equal(packets[0].wire_length, 9);
});

test('big-endian section after a little-endian one: interfaces start over', async () => {
  const little = hex('06000000 20000000 00000000 00000000 01000000 00000000 00000000 20000000');
  const rawBig = hex('00000001 00000014 0065 0000 00000000 00000014');
  const big = hex('00000006 00000020 00000000 00000000 00000002 00000000 00000000 00000020');
  assert.deepEqual(await times(SECTION_LITTLE, RAW_LITTLE, little, SECTION_BIG, rawBig, big), [1n, 2n]);
});

test('resolution and offset of the interface: 10^-9 and 100 s', async () => {
  const described = hex(
    '01000000 2c000000 6500 0000 00000000  0900 0100 09000000  0e00 0800 6400000000000000  00000000 2c000000',
  );
  // 0x00000001_00000000 ns = 4.294967296 s
  const packet = hex('06000000 20000000 00000000 01000000 00000000 00000000 00000000 20000000');
  assert.deepEqual(await times(SECTION_LITTLE, described, packet), [104_294_967n]);
});

test('resolution 2^-10', async () => {
  const described = hex('01000000 1c000000 6500 0000 00000000  0900 0100 8a000000 1c000000');
  const packet = hex('06000000 20000000 00000000 00000000 00060000 00000000 00000000 20000000');
  assert.deepEqual(await times(SECTION_LITTLE, described, packet), [1_500_000n]);
});

test('obsolete packet block', async () => {
  const packet = hex('02000000 20000000 0000 0000 00000000 07000000 00000000 00000000 20000000');
  assert.deepEqual(await times(SECTION_LITTLE, RAW_LITTLE, packet), [7n]);
});

test('a simple packet block has no time: it gets the previous time, and a fault is counted', async () => {
  const limited = hex('01000000 14000000 6500 0000 02000000 14000000');
  const timed = hex('06000000 20000000 00000000 00000000 09000000 00000000 00000000 20000000');
  const simple = hex('03000000 14000000 05000000 01020000 14000000');
  const { packets, summary } = await collect(chunked(concat([SECTION_LITTLE, limited, timed, simple])));
  assert.deepEqual(
    [packets[1]?.timestamp_us, packets[1]?.captured_length, packets[1]?.wire_length],
    [9n, 2, 5],
  );
  assert.deepEqual(
    summary.faults.find(({ kind }) => kind === 'no-timestamp'),
    { layer: 'capture', kind: 'no-timestamp', packets: 1 },
  );
});

test('a snap length of 0 means no limit', async () => {
  const simple = hex('03000000 14000000 03000000 01020300 14000000');
  const { packets } = await collect(chunked(concat([SECTION_LITTLE, RAW_LITTLE, simple])));
  assert.deepEqual([packets[0]?.captured_length, packets[0]?.wire_length], [3, 3]);
});

test('thousands of interfaces: a packet belongs to the interface with its index', async () => {
  const described = Array.from({ length: 5000 }, (_, index) => {
    // if_tsoffset: the interface's number in seconds
    const bytes = hex('01000000 20000000 6500 0000 00000000  0e00 0800 0000000000000000 20000000');
    new DataView(bytes.buffer).setUint32(20, index, true);
    return bytes;
  });
  const packet = hex('06000000 20000000 87130000 00000000 07000000 00000000 00000000 20000000');
  assert.deepEqual(await times(SECTION_LITTLE, ...described, packet), [4_999_000_007n]);
});

test('flags, checksums and other options after a packet are not its data', async () => {
  // 3 bytes and 1 of padding, epb_flags with a frame check sequence of 4 bytes, end of options
  const packet = hex(
    '06000000 30000000 00000000 00000000 07000000 03000000 03000000 01020300 0200 0400 80000000 0000 0000 30000000',
  );
  const { packets, summary } = await collect(chunked(concat([SECTION_LITTLE, RAW_LITTLE, packet])));
  assert.deepEqual([packets[0]?.captured_length, summary.capturedBytes], [3, 3]);
});

test('times out of range are replaced by the previous time, and counted', async () => {
  const packet = (high: string) =>
    hex(`06000000 20000000 00000000 ${high} 05000000 00000000 00000000 20000000`);
  const { packets, summary } = await collect(
    chunked(concat([SECTION_LITTLE, RAW_LITTLE, packet('00000000'), packet('ffffffff'), packet('01000000')])),
  );
  assert.deepEqual(
    packets.map((row) => row.timestamp_us),
    [5n, 5n, 4_294_967_301n],
  );
  assert.ok(
    summary.faults.some(({ kind, packets: count }) => kind === 'timestamp-out-of-range' && count === 1),
  );
});
