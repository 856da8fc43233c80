import assert from 'node:assert/strict';
import test from 'node:test';
import { pcapHeader, pcapRecord } from '../../../../capture/formats/pcap-writer.js';
import { chunked, collect } from '../collect.js';
import { concat, hex } from '../frames.js';

const FRAME = hex('0102030405');

/** A capture of one empty frame at 1.000002 s or 1.000002999 s, depending on `magic`, written byte by byte. */
const ONE_PACKET = {
  'little-endian, microseconds':
    'd4c3b2a1 0200 0400 00000000 00000000 ffff0000 65000000  01000000 02000000 00000000 05000000',
  'big-endian, microseconds':
    'a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000065  00000001 00000002 00000000 00000005',
  'little-endian, nanoseconds':
    '4d3cb2a1 0200 0400 00000000 00000000 ffff0000 65000000  01000000 b70b0000 00000000 05000000',
  'big-endian, nanoseconds':
    'a1b23c4d 0002 0004 00000000 00000000 0000ffff 00000065  00000001 00000bb7 00000000 00000005',
  'Kuznetzov variant':
    '34cdb2a1 0200 0400 00000000 00000000 ffff0000 65000000  01000000 02000000 00000000 05000000 0000000000000000',
  'frame check sequence bits above the link type':
    'd4c3b2a1 0200 0400 00000000 00000000 ffff0000 65000024  01000000 02000000 00000000 05000000',
};

for (const [name, digits] of Object.entries(ONE_PACKET)) {
  test(name, async () => {
    const { summary, packets } = await collect(chunked(hex(digits)));
    assert.deepEqual(
      packets.map((row) => [row.timestamp_us, row.captured_length, row.wire_length]),
      [[1_000_002n, 0, 5]],
    );
    assert.deepEqual(summary.linkTypes, [101]);
    assert.equal(summary.cut, null);
  });
}

test('the lengths of a version 2.3 file may be in the other order', async () => {
  const header = hex('d4c3b2a1 0200 0300 00000000 00000000 ffff0000 65000000');
  const record = hex('01000000 00000000 09000000 05000000 0102030405');
  const { packets } = await collect(chunked(concat([header, record])));
  assert.deepEqual([packets[0]?.captured_length, packets[0]?.wire_length], [5, 9]);
});

test('the reader reads the writer’s files', async () => {
  const timestampUs = 1_518_358_200_534_682;
  const bytes = concat([pcapHeader({ linkType: 1, snapLength: 5 }), pcapRecord(timestampUs, FRAME, 1514)]);
  assert.deepEqual(
    bytes,
    hex(`d4c3b2a1 0200 0400 00000000 00000000 05000000 01000000
         b84e805a 9a280800 05000000 ea050000 0102030405`),
  );
  const { summary } = await collect(chunked(bytes));
  assert.equal(summary.firstUs, timestampUs);
  assert.equal(summary.capturedBytes, 5);
  assert.equal(summary.wireBytes, 1514);
});
