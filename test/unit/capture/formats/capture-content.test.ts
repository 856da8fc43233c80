import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openContent } from '../../../../capture/formats/capture-content.js';
import { projectRoot } from '../../../../common/project-root.js';
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
