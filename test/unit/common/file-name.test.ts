import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileName } from '../../../common/file-name.js';

describe('the file name of an id', () => {
  it('is the id itself if that is plain', () => {
    for (const id of ['run-1', 's3', 'a_b', '2026.01.31', '0']) assert.equal(fileName(id), id);
  });

  it('differs for ids that differ, even where case is ignored', () => {
    const ids = [
      'a/b',
      'a_b',
      'A_b',
      'a b',
      'a\\b',
      '.',
      '..',
      '',
      'ä',
      'a\u0308',
      'x'.repeat(300),
      'x'.repeat(301),
    ];
    // A name that is made of an id is no plain id itself.
    const all = [...ids, ...ids.map(fileName)];
    const names = [...new Set(all)].map((id) => fileName(id).toLowerCase());
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^(?!\.)[a-z0-9._~-]{1,80}$/);
  });

  it('has twelve digits of what sha256sum prints, for ids that are not plain', () => {
    // printf 'Run/1' | sha256sum
    assert.equal(fileName('Run/1'), `Run_1~${SHA256_OF_RUN_1.slice(0, 12)}`);
  });
});

const SHA256_OF_RUN_1 = 'f08652b49f3a94fd8836ff32595f2aedb02b8e68389280457b20a63c92127bcb';
