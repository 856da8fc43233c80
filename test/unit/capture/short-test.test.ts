import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import test from 'node:test';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';
import { collect } from './collect.js';

const path = sharedData('pcaps', 'video', 'short_test.pcap');

/**
 * Expected values from traffic-refinery's own tests on this file: in = 3, out = 4, no closed chunk, 882 bytes in
 * the open one.
 */
test('short_test.pcap', { skip: path === null && NO_SHARED_DATA }, async () => {
  const { summary, packets, segments } = await collect(createReadStream(path!));
  assert.equal(summary.flows.length, 1);
  assert.equal(packets.filter((row) => row.is_upstream === 0).length, 3);
  assert.equal(packets.filter((row) => row.is_upstream === 1).length, 4);
  assert.equal(segments.length, 1);
  assert.equal(segments[0]?.is_closed, 0);
  assert.equal(segments[0].downstream_bytes, 245 + 45 + 592);
  assert.equal(segments[0].downstream_packets, 3);
});
