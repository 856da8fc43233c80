import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { readSettings } from '../../../cli/settings.js';

it('reads below the working directory, or below the folders of VQI_INPUT_ROOTS instead, and never from the root by default', () => {
  const here = process.cwd();
  assert.deepEqual(readSettings({}).inputRoots, [here]);
  assert.deepEqual(readSettings({ VQI_INPUT_ROOTS: '' }).inputRoots, [here]);
  assert.deepEqual(readSettings({ VQI_INPUT_ROOTS: '/srv/a::b' }).inputRoots, ['/srv/a', join(here, 'b')]);
  assert.deepEqual(readSettings({ VQI_INPUT_ROOTS: 's3://a/day1/:/srv/a:s3://b:s3' }).inputRoots, [
    's3://a/day1',
    '/srv/a',
    's3://b',
    join(here, 's3'),
  ]);
  try {
    process.chdir('/');
    assert.deepEqual(readSettings({}).inputRoots, []);
  } finally {
    process.chdir(here);
  }
});

it('refuses a bucket where a folder is needed', () => {
  for (const name of ['VQI_HOME', 'VQI_MOUNTED_INPUTS'])
    assert.throws(
      () => readSettings({ [name]: 's3://captures/x' }),
      /must be folders, not s3:\/\/captures\/x: /,
    );
});
