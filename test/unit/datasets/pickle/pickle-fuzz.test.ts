import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { createRandom } from '../../../../common/random.js';
import { readPickledFrame } from '../../../../datasets/frame/read-pickled-frame.js';
import { PickleError } from '../../../../datasets/pickle/pickle-error.js';
import { plainPickleFixtures } from './pickle-fixtures.js';

const MUTATIONS_A_FIXTURE = 40;

/** A copy with some bytes changed, removed, repeated or moved. */
function mutate(content: Buffer, below: (limit: number) => number): Buffer {
  let bytes = Buffer.from(content);
  const times = 1 + below(3);
  for (let time = 0; time < times; time++) {
    const at = below(Math.max(1, bytes.length));
    const length = 1 + below(8);
    const part = bytes.subarray(at, at + length);
    switch (below(5)) {
      case 0:
        bytes[at] = below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), part, part, bytes.subarray(at + length)]);
        break;
      default: {
        const to = below(Math.max(1, bytes.length));
        bytes = Buffer.concat([bytes.subarray(0, to), part, bytes.subarray(to)]);
      }
    }
  }
  return bytes;
}

it('reads every mutated pickle as a frame or throws a PickleError, within bounded memory', () => {
  const random = createRandom(20_260_101);
  const below = (limit: number): number => random.integer(limit);
  const counts = { frames: 0, errors: 0 };
  const before = process.memoryUsage.rss();
  for (const { path, version, name } of plainPickleFixtures()) {
    const content = readFileSync(path);
    for (let mutation = 0; mutation < MUTATIONS_A_FIXTURE; mutation++) {
      const mutated = mutate(content, below);
      try {
        const table = readPickledFrame(mutated);
        for (const column of table.columns) column.read(0, table.rows);
        counts.frames += 1;
      } catch (error) {
        if (!(error instanceof PickleError)) {
          assert.fail(
            `${version} ${name}, mutation ${mutation}: ${error instanceof Error ? error.stack : String(error)}`,
          );
        }
        counts.errors += 1;
      }
    }
  }
  // Changed numbers still give a frame; most other changes do not.
  assert.ok(counts.frames > 100 && counts.errors > 3000, JSON.stringify(counts));
  const grown = process.memoryUsage.rss() - before;
  assert.ok(grown < 500e6, `grew by ${grown} bytes`);
});
