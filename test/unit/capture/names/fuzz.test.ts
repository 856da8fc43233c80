import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { ByteRun } from '../../../../capture/names/byte-run.js';
import { readGoogleHello } from '../../../../capture/names/google-quic.js';
import { collectCryptoFrames } from '../../../../capture/names/quic-crypto-frames.js';
import { readLongHeader } from '../../../../capture/names/quic-header.js';
import { QuicHello } from '../../../../capture/names/quic-hello.js';
import { openInitial } from '../../../../capture/names/quic-initial.js';
import { clientInitialKeys } from '../../../../capture/names/quic-keys.js';
import { TcpHello } from '../../../../capture/names/tcp-hello.js';
import { readClientHello } from '../../../../capture/names/tls-client-hello.js';
import { projectRoot } from '../../../../common/project-root.js';
import { concat, hex } from '../frames.js';

const SEED = 20_180_211;
const ROUNDS = 4000;
const MAX_BYTES = 16_384;

const path = join(projectRoot(), 'test', 'golden', 'server-names', 'quic.json');
const cases = JSON.parse(readFileSync(path, 'utf8')) as readonly { name: string; datagrams: string[] }[];
const datagramOf = (name: string): Uint8Array =>
  hex(cases.find((found) => found.name === name)?.datagrams[0] ?? '');

/** Passes mutated copies to the callback: bytes changed, ranges repeated, ends cut off. */
function mutate(
  original: Uint8Array,
  check: (bytes: Uint8Array, draw: (below: number) => number) => void,
): void {
  const rng = xoroshiro128plus(SEED);
  const draw = (below: number) => uniformInt(rng, 0, below - 1);
  for (let round = 0; round < ROUNDS; round++) {
    let bytes = Uint8Array.from(original);
    for (let change = draw(6); change >= 0; change--) bytes[draw(bytes.length)] = draw(256);
    if (draw(3) === 0) bytes.copyWithin(draw(bytes.length), draw(bytes.length));
    if (draw(3) === 0) bytes = bytes.subarray(0, draw(bytes.length));
    check(bytes, draw);
  }
}

const sample = datagramOf('RFC 9001 A.2');
const header = readLongHeader(sample, 0);
assert.ok(header);
const frames = openInitial(sample, header, clientInitialKeys(header.version, header.destinationId));
assert.ok(frames);
const hello = frames.subarray(4, 4 + 0xf1);
const PRINTABLE = /^[!-~]+$/;

test('the sample that is mutated can be read', () => {
  assert.equal(readClientHello(hello).serverName, 'example.com');
});

test('ClientHello', () => {
  mutate(hello, (bytes) => {
    const { serverName } = readClientHello(bytes);
    if (serverName !== null) assert.match(serverName, PRINTABLE);
  });
});

test('frames of an Initial packet', () => {
  mutate(frames.subarray(0, 400), (bytes) => {
    const stream = new ByteRun(MAX_BYTES);
    collectCryptoFrames(bytes, stream);
    assert.ok(stream.beginning.length <= MAX_BYTES);
  });
});

test('TCP segments that begin like a TLS record', () => {
  const record = concat([Uint8Array.of(22, 3, 1, 0, hello.length), hello]);
  mutate(record, (bytes, draw) => {
    const tcp = new TcpHello();
    if (draw(2) === 0) tcp.open(0xffff_ff00);
    const border = draw(bytes.length + 1);
    const first = 0xffff_ff01;
    for (const [start, end] of draw(2) === 0
      ? [
          [0, border],
          [border, bytes.length],
        ]
      : [
          [border, bytes.length],
          [0, border],
        ]) {
      tcp.add((first + start!) >>> 0, bytes.subarray(start, end), end! - start! + draw(2));
    }
    const { name } = tcp.giveUp();
    if (name) assert.match(name.name, PRINTABLE);
  });
});

for (const name of ['RFC 9001 A.2', 'RFC 9369 A.2', 'Q039', 'Q046', 'Q050']) {
  test(`datagrams: ${name}`, () => {
    mutate(datagramOf(name), (bytes, draw) => {
      const quic = new QuicHello();
      const outcome = quic.add(bytes, bytes.length + draw(2)) ?? quic.giveUp();
      if (outcome.name) assert.match(outcome.name.name, PRINTABLE);
      readGoogleHello(bytes);
    });
  });
}

test('pieces of a stream, compared with a byte-by-byte model: the first copy of a byte is kept', () => {
  const rng = xoroshiro128plus(SEED);
  const draw = (below: number) => uniformInt(rng, 0, below - 1);
  for (let round = 0; round < 500; round++) {
    const limit = 1 + draw(60);
    const run = new ByteRun(limit);
    const model = new Map<number, number>();
    for (let piece = 0; piece < 12; piece++) {
      const offset = draw(70) - 3;
      const bytes = Uint8Array.from({ length: draw(20) }, () => draw(256));
      run.add(offset, bytes);
      for (const [i, byte] of bytes.entries())
        if (offset >= 0 && offset + i < limit && !model.has(offset + i)) model.set(offset + i, byte);
      let end = 0;
      while (model.has(end)) end++;
      const beginning = Array.from({ length: end }, (_, at) => model.get(at));
      assert.deepEqual([...run.beginning], beginning);
      assert.equal(run.hasGap, model.size > end);
    }
  }
});
