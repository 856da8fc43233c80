import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';
import { chunked, collect } from './collect.js';

const FIXTURES = ['video/youtube_quic.pcap', 'format/sites.pcapng', 'tcp/reassembly.pcap'];

for (const fixture of FIXTURES) {
  const path = sharedData('pcaps', ...fixture.split('/'));
  test(
    `${fixture}: the result does not depend on chunks, batches or gzip`,
    { skip: path === null && NO_SHARED_DATA },
    async () => {
      const bytes = Uint8Array.from(readFileSync(path!));
      const whole = await collect(chunked(bytes));
      for (const chunkBytes of [1, 7, 4096]) {
        const { summary, packets, segments } = await collect(chunked(bytes, chunkBytes));
        assert.deepEqual(summary, whole.summary);
        assert.deepEqual(packets, whole.packets);
        assert.deepEqual(segments, whole.segments);
      }
      const small = await collect(chunked(bytes), { batchRows: 10 });
      assert.ok(small.batchRows.slice(0, -1).every((rows) => rows === 10));
      assert.deepEqual(small.packets, whole.packets);
      assert.deepEqual(small.segments, whole.segments);

      const zipped = await collect(chunked(gzipSync(bytes), 777));
      assert.deepEqual(zipped.summary, { ...whole.summary, compression: 'gzip' });
      assert.deepEqual(zipped.packets, whole.packets);
    },
  );
}
