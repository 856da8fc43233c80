import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openContent } from '../../../../capture/formats/capture-content.js';
import { CaptureFormatError } from '../../../../capture/formats/capture-format-error.js';
import { projectRoot } from '../../../../common/project-root.js';
import { zstdFrame } from '../../../fuzz/compress.js';
import { drawFrom } from '../../../fuzz/random.js';

const CASES = 400;

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100) yield await Promise.resolve(bytes.subarray(at, at + 100));
}

async function read(source: AsyncIterable<Uint8Array>): Promise<{ end: string; content: Buffer }> {
  const { chunks: pieces } = await openContent(source);
  const parts: Uint8Array[] = [];
  for (;;) {
    const next = await pieces.next();
    if (next.done === true) return { end: next.value, content: Buffer.concat(parts) };
    parts.push(Uint8Array.from(next.value));
  }
}

for (const suffix of ['xz', 'zst', 'gz']) {
  const folder = join(projectRoot(), 'test', 'fixtures', 'datasets');
  const packed = readFileSync(join(folder, `windows.csv.${suffix}`));

  test(`damaged ${suffix} gives an end, never an error`, async () => {
    assert.deepEqual(await read(chunks(packed)), {
      end: 'whole',
      content: readFileSync(join(folder, 'windows.csv')),
    });
    const draw = drawFrom(7);
    const ends = new Map<string, number>();
    for (let index = 0; index < CASES; index++) {
      const mutant = Buffer.from(packed);
      for (let change = draw(3); change >= 0; change--) mutant[10 + draw(mutant.length - 10)] = draw(256);
      const { end } = await read(
        chunks(index % 4 === 0 ? mutant.subarray(0, 10 + draw(mutant.length - 10)) : mutant),
      );
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    assert.ok((ends.get('damaged') ?? 0) > CASES / 4, JSON.stringify([...ends]));
  });
}

test('an error of the source is passed on', async () => {
  const packed = readFileSync(join(projectRoot(), 'test', 'fixtures', 'datasets', 'windows.csv.zst'));
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(packed.subarray(0, 200));
    throw new TypeError('the disk is gone');
  }
  await assert.rejects(async () => await read(failing()), /the disk is gone/);
});

test('zstd is given no more memory than its command gives, and no block more than its frame allows', async () => {
  const content = Buffer.alloc(500, 'vqi');
  // RFC 8878: a skippable frame has a magic number, its length, and any bytes.
  const skippable = Buffer.concat([Buffer.from('532a4d1805000000', 'hex'), Buffer.from('bytes')]);
  const frame = zstdFrame(content);
  assert.deepEqual(await read(chunks(Buffer.concat([frame, skippable, frame]))), {
    end: 'whole',
    content: Buffer.concat([content, content]),
  });
  // A descriptor without flags, a window of 2^(10 + 20) bytes, and a block that claims to be the last, with no byte.
  const wide = Buffer.from('28b52ffd00a0010000', 'hex');
  for (const bytes of [wide, Buffer.concat([frame, wide])])
    await assert.rejects(
      async () => await read(chunks(Buffer.concat([bytes, Buffer.alloc(20)]))),
      (error) =>
        error instanceof CaptureFormatError &&
        /needs 1024 MiB to decompress, and at most 128 MiB are given \(decompress/.test(error.message),
    );
  const short = Buffer.from(frame);
  short.writeBigUInt64LE(100n, 5);
  assert.equal((await read(chunks(short))).end, 'damaged');
});
