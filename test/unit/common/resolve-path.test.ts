import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { it } from 'node:test';
import { resolvePath } from '../../../common/resolve-path.js';

it('paths in buckets are absolute, and lead nowhere but to their bucket; others are as node:path has them', () => {
  assert.equal(resolvePath('s3://bucket/day1/'), 's3://bucket/day1');
  assert.equal(resolvePath('s3://bucket'), 's3://bucket');
  assert.equal(resolvePath('s3://bucket/'), 's3://bucket');
  assert.equal(resolvePath('s3://bucket/day1', 'a b%20+.pcap'), 's3://bucket/day1/a b%20+.pcap');
  assert.equal(resolvePath('s3://bucket/day1', '../day2/x'), 's3://bucket/day2/x');
  assert.equal(resolvePath('s3://bucket/a/../../../other//b/.'), 's3://bucket/other/b');
  assert.equal(resolvePath('s3://bucket', '..'), 's3://bucket');
  assert.equal(resolvePath('s3://bucket/day1', 's3://other/x'), 's3://other/x');
  assert.equal(resolvePath('/data', 's3://other/x'), 's3://other/x');
  assert.equal(resolvePath('s3://bucket/day1', '/data/x'), '/data/x');
  for (const parts of [['/a', 'b'], ['a', '../b'], ['/a', '/b'], ['S3://x'], ['x/s3://y']] as const)
    assert.equal(resolvePath(...parts), resolve(...parts));
});
