import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  CaptureFormatError,
  type CaptureFormatErrorKind,
} from '../../../capture/formats/capture-format-error.js';
import { pcapHeader } from '../../../capture/formats/pcap-writer.js';
import { chunked, collect } from './collect.js';
import { concat, hex, LINKTYPE_RAW, pcap, tcp } from './frames.js';

const CLIENT = { from: '10.0.0.2', to: '192.0.2.1', fromPort: 50_000, toPort: 443 };
const FRAME = tcp(CLIENT, { length: 100 });
const TWO_PACKETS = pcap(LINKTYPE_RAW, [FRAME, FRAME]);
const FILE_HEADER_BYTES = 24;
const RECORD_BYTES = 16 + FRAME.length;

const SECTION = hex('0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 1c000000');
const INTERFACE = hex('01000000 14000000 6500 0000 00000000 14000000');

function fails(name: string, bytes: Uint8Array, kind: CaptureFormatErrorKind, byteOffset: number): void {
  test(name, async () => {
    await assert.rejects(collect(chunked(bytes)), (error) => {
      assert.ok(error instanceof CaptureFormatError);
      assert.equal(error.kind, kind);
      assert.equal(error.byteOffset, byteOffset);
      assert.match(error.message, new RegExp(`at byte ${byteOffset}$`));
      return true;
    });
  });
}

fails('an empty file', new Uint8Array(0), 'empty', 0);
fails('an empty file, compressed', gzipSync(new Uint8Array(0)), 'empty', 0);
fails('a gzip header cut off', hex('1f8b080000'), 'cut-header', 0);
fails('gzip data cut before the capture begins', gzipSync(TWO_PACKETS).subarray(0, 10), 'cut-header', 0);
fails('three bytes', hex('d4c3b2'), 'unknown-magic', 0);
fails('text', Buffer.from('No.,Time,Source\n1,0.0,10.0.0.1\n'), 'unknown-magic', 0);
fails('text, compressed', gzipSync('No.,Time,Source\n'), 'unknown-magic', 0);
fails('a pcap header cut off', TWO_PACKETS.subarray(0, 20), 'cut-header', 20);
fails('a pcapng section header cut off', SECTION.subarray(0, 20), 'cut-header', 20);
fails('a pcapng section without byte order', hex('0a0d0d0a 1c000000 00000000'), 'unknown-magic', 0);
fails(
  'a future pcap version',
  hex('d4c3b2a1 0300 0000 00000000 00000000 ffff0000 01000000'),
  'unsupported-version',
  4,
);
fails(
  'a gzip header followed by random bytes',
  concat([hex('1f8b0800000000000003'), new Uint8Array(50).fill(255)]),
  'damaged-content',
  0,
);
fails(
  'a record of 4 GB',
  concat([pcapHeader({ linkType: 1, snapLength: 65_535 }), hex('00000000 00000000 ffffffff ffffffff')]),
  'lying-length',
  FILE_HEADER_BYTES,
);
fails(
  'a block of length 0',
  concat([SECTION, hex('06000000 00000000 00000000')]),
  'lying-length',
  SECTION.length,
);
fails(
  'a block of odd length',
  concat([SECTION, hex('06000000 0d000000 00000000')]),
  'lying-length',
  SECTION.length,
);
fails(
  'a block of 2 GB',
  concat([SECTION, hex('06000000 00000080 00000000')]),
  'lying-length',
  SECTION.length,
);
fails(
  'a block whose two lengths differ',
  concat([SECTION, hex('05000000 10000000 00000000 14000000')]),
  'lying-length',
  SECTION.length,
);
fails(
  'a packet longer than its block',
  concat([
    SECTION,
    INTERFACE,
    hex('06000000 20000000 00000000 00000000 00000000 40000000 40000000 20000000'),
  ]),
  'lying-length',
  SECTION.length + INTERFACE.length,
);
fails(
  'a packet of an interface that was not described',
  concat([SECTION, hex('06000000 20000000 00000000 00000000 00000000 00000000 00000000 20000000')]),
  'inconsistent',
  SECTION.length,
);
fails(
  'an interface option longer than its block',
  concat([SECTION, hex('01000000 18000000 6500 0000 00000000 0900ff00 18000000')]),
  'lying-length',
  SECTION.length,
);

fails(
  'more interfaces than are accepted',
  concat([SECTION, ...Array.from({ length: 65_537 }, () => INTERFACE)]),
  'inconsistent',
  SECTION.length + 65_536 * INTERFACE.length,
);

/** Bytes that cannot be a record or a block, behind good ones; reasons in the words of the error without packets before. */
const PACKET_BLOCK = hex(
  `06000000 48000000 00000000 00000000 00000000 28000000 28000000 ${Buffer.from(tcp(CLIENT)).toString('hex')} 48000000`,
);
const LIES: [name: string, good: Uint8Array, lie: Uint8Array, reason: string][] = [
  ['a record of 4 GB', TWO_PACKETS, hex('00000000 00000000 ffffffff ffffffff'), 'record of 4294967295 bytes'],
  // tcpdump 4.99: "invalid packet capture length 262145, bigger than maximum of 262144"
  [
    'a record of 262,145 bytes',
    TWO_PACKETS,
    hex('00000000 00000000 01000400 01000400'),
    'record of 262145 bytes',
  ],
  [
    'a block of length 0',
    concat([SECTION, INTERFACE, PACKET_BLOCK]),
    hex('06000000 00000000 00000000'),
    'block of 0 bytes',
  ],
  [
    'a packet longer than its block',
    concat([SECTION, INTERFACE, PACKET_BLOCK]),
    hex('06000000 20000000 00000000 00000000 00000000 40000000 40000000 20000000'),
    'packet of 64 bytes in a smaller block',
  ],
  [
    'an interface option longer than its block',
    concat([SECTION, INTERFACE, PACKET_BLOCK]),
    hex('01000000 18000000 6500 0000 00000000 0900ff00 18000000'),
    'interface option longer than its block',
  ],
];

for (const [name, good, lie, reason] of LIES) {
  test(`the packets before ${name} are kept, and the rest is counted`, async () => {
    const rest = concat([lie, TWO_PACKETS]);
    const expected = await collect(chunked(good));
    assert.equal(expected.summary.cut, null);
    for (const chunkBytes of [Infinity, 7]) {
      const { summary, packets } = await collect(chunked(concat([good, rest]), chunkBytes));
      assert.deepEqual(packets, expected.packets);
      assert.deepEqual(summary.cut, {
        byteOffset: good.length,
        reason: `${reason}; the last ${rest.length} bytes are not read`,
      });
      assert.notEqual(summary.contentHash, expected.summary.contentHash);
    }
  });
}

test('the packets before damaged gzip data are kept', async () => {
  const many = pcap(
    LINKTYPE_RAW,
    Array.from({ length: 5000 }, (_, i) => tcp(CLIENT, { seq: i * 7919 })),
  );
  const zipped = gzipSync(many);
  const whole = await collect(chunked(many));
  // The checksum, which is behind the content. What the last chunk of the file decompresses to is lost.
  zipped[zipped.length - 8]! ^= 0xff;
  const { summary, packets } = await collect(chunked(zipped, 1000));
  assert.ok(packets.length > 1000 && packets.length < 5000, `${packets.length} packets`);
  assert.deepEqual(packets, whole.packets.slice(0, packets.length));
  assert.match(summary.cut?.reason ?? '', /^gzip data is damaged before byte \d+ of the file$/);
  assert.equal(summary.cut?.byteOffset, FILE_HEADER_BYTES + packets.length * 56);
});

test('the packets before a cut record are kept', async () => {
  for (const missing of [1, FRAME.length, RECORD_BYTES - 1]) {
    const { summary, packets } = await collect(
      chunked(TWO_PACKETS.subarray(0, TWO_PACKETS.length - missing)),
    );
    assert.equal(packets.length, 1);
    assert.equal(summary.cut?.byteOffset, FILE_HEADER_BYTES + RECORD_BYTES);
    assert.equal(
      summary.cut.reason,
      `file ends inside a record, after ${RECORD_BYTES - missing} of its bytes`,
    );
  }
});

test('the packets before the end of a cut gzip file are kept', async () => {
  const many = pcap(
    LINKTYPE_RAW,
    Array.from({ length: 5000 }, (_, i) => tcp(CLIENT, { seq: i * 7919 })),
  );
  const zipped = gzipSync(many);
  const { summary, packets } = await collect(chunked(zipped.subarray(0, zipped.length / 2), 1000));
  assert.ok(packets.length > 100 && packets.length < 5000, `${packets.length} packets`);
  assert.equal(summary.cut?.reason, 'gzip data ends early');
  assert.equal(summary.cut.byteOffset, FILE_HEADER_BYTES + packets.length * 56);
});

test('several gzip members are read, and bytes after them that are not gzip are ignored', async () => {
  const parts = [TWO_PACKETS.subarray(0, 100), TWO_PACKETS.subarray(100)].map((part) => gzipSync(part));
  const { summary } = await collect(chunked(concat([...parts, hex('00000000')]), 11));
  assert.equal(summary.packets, 2);
  assert.equal(summary.cut, null);
});

for (const compression of ['xz', 'zstd'] as const) {
  test(`${compression} is read as plain captures are, and kept up to where it is cut`, async (context) => {
    const many = pcap(
      LINKTYPE_RAW,
      Array.from({ length: 20_000 }, (_, i) => tcp(CLIENT, { seq: Math.imul(i, 0x9e3779b1) >>> 0 })),
    );
    const plain = await collect(chunked(many));
    // Compressed by the program of that name.
    const { stdout, status, error } = spawnSync(compression, ['-c'], { input: many, maxBuffer: 1 << 26 });
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
      context.skip(`${compression} is not installed`);
      return;
    }
    assert.equal(status, 0);
    const { summary, packets } = await collect(chunked(stdout, 5000));
    assert.equal(summary.compression, compression);
    assert.equal(summary.contentHash, plain.summary.contentHash);
    assert.deepEqual(packets, plain.packets);
    const cut = await collect(chunked(stdout.subarray(0, stdout.length * 0.8), 5000));
    assert.match(cut.summary.cut?.reason ?? '', new RegExp(`^${compression} data is damaged before byte`));
    assert.ok(cut.packets.length > 0 && cut.packets.length < plain.packets.length);
    assert.deepEqual(cut.packets, plain.packets.slice(0, cut.packets.length));
  });
}

test('archives and other captures are named, with the way out', async () => {
  for (const [bytes, message] of [
    [Buffer.from('PK\x03\x04 and more'), /but a zip archive: unpack it with unzip FILE/],
    [Buffer.from('BZh91AY&SY and more'), /but bzip2 data: unpack it with bunzip2 -k FILE/],
    [Buffer.from('snoop\0\0\0 and more'), /but a snoop capture: convert it with editcap/],
  ] as const) {
    await assert.rejects(collect(chunked(Uint8Array.from(bytes))), message);
  }
});

test('an aborted signal rejects with its reason', async () => {
  const controller = new AbortController();
  const reason = new Error('stopped by the user');
  const onProgress = () => controller.abort(reason);
  await assert.rejects(collect(chunked(TWO_PACKETS, 10), { signal: controller.signal, onProgress }), reason);
});

test('an error of the source reaches the caller', async () => {
  async function* broken() {
    yield await Promise.resolve(TWO_PACKETS.subarray(0, 50));
    throw new Error('disk gone');
  }
  await assert.rejects(collect(broken()), /disk gone/);
});
